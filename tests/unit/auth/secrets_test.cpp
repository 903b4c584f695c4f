// SPDX-License-Identifier: MIT
#include "secrets.hpp"

#include <doctest/doctest.h>

#include <span>
#include <string_view>

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
