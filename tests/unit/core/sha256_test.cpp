// SPDX-License-Identifier: MIT
#include "geond/core/sha256.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

using namespace geond::core;

TEST_CASE("the hash is that of FIPS 180-4's examples, in one piece or in several") {
  constexpr const char* kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(to_hex(sha256("abc")) == kOfAbc);
  CHECK(to_hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  Sha256 hash;
  for (const std::string piece : {"a", "", "bc"}) hash.update(std::as_bytes(std::span(piece)));
  CHECK(to_hex(hash.finish()) == kOfAbc);
}

TEST_CASE("a copy of a hash goes on by itself") {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(std::string_view("a"))));
  Sha256 copy = hash;
  copy.update(std::as_bytes(std::span(std::string_view("x"))));
  hash.update(std::as_bytes(std::span(std::string_view("bc"))));
  CHECK(to_hex(hash.finish()) == to_hex(sha256("abc")));
  CHECK(to_hex(copy.finish()) == to_hex(sha256("ax")));
}

TEST_CASE("only 64 digits of lower-case hexadecimal are a hash") {
  const std::string hash(64, 'a');
  CHECK(is_sha256(hash));
  CHECK_FALSE(is_sha256(hash + "a"));
  CHECK_FALSE(is_sha256(hash.substr(1)));
  CHECK_FALSE(is_sha256("A" + hash.substr(1)));
  CHECK_FALSE(is_sha256("g" + hash.substr(1)));
}
