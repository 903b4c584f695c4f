// SPDX-License-Identifier: MIT
#include "secrets.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace

TEST_CASE("base64url has one spelling for every sequence of bytes") {
  CHECK(auth::to_base64url(bytes_of("")) == "");
  CHECK(auth::to_base64url(bytes_of("\xfb\xff")) == "-_8");
  REQUIRE(auth::from_base64url("-_8").has_value());
  for (const char* text : {"-_9", "-_8=", "+/8", "-_", "-", "a b", "-_8\n"}) {
    CAPTURE(text);
    CHECK_FALSE(auth::from_base64url(text).has_value());
  }
}

TEST_CASE("hashes and MACs are those of the standards") {
  CHECK(auth::to_base64url(auth::hash_secret("abc")) ==
        "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");  // FIPS 180-2, B.1
  auth::SigningKey key{};
  for (std::size_t at = 0; at < 20; ++at) key[at] = std::byte{0x0b};
  // RFC 4231, test case 1; a key padded with zeros is the same key for HMAC.
  CHECK(auth::to_base64url(auth::hmac_sha256(key, bytes_of("Hi There"))) ==
        "sDRMYdjbOFNcqK_OrwvxK4gdwgDJgz2nJuk3bC4yz_c");
}

TEST_CASE("the key file is made once, for its owner alone") {
  const support::TemporaryDirectory directory;
  core::SystemRandom random;
  const auto path = directory.path() / "token.key";
  const auto made = auth::load_or_create_key(path, random);
  REQUIRE(made.has_value());
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(status.st_size == 32);
  const auto loaded = auth::load_or_create_key(path, random);
  REQUIRE(loaded.has_value());
  CHECK(*loaded == *made);
}

TEST_CASE("a key file that others may read, or that is no key, is refused") {
  const support::TemporaryDirectory directory;
  core::SystemRandom random;
  const auto path = directory.path() / "token.key";
  REQUIRE(auth::load_or_create_key(path, random).has_value());
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(auth::load_or_create_key(path, random).error().code() == "key_file_unusable");
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  std::ofstream(path, std::ios::trunc) << "short";
  CHECK(auth::load_or_create_key(path, random).error().code() == "key_file_unusable");
  CHECK(auth::load_or_create_key(directory.path() / "none" / "token.key", random).error().code() ==
        "key_file_unusable");
}
