// SPDX-License-Identifier: MIT
#include "access_token.hpp"

#include <doctest/doctest.h>

#include <string>

using geond::auth::AccessClaims;
using geond::auth::make_access_token;
using geond::auth::read_access_token;
using geond::auth::SigningKey;
using geond::core::Timestamp;

namespace {

constexpr Timestamp kNow{std::chrono::seconds(1'737'397'543)};

SigningKey key_of(unsigned char fill) {
  SigningKey key;
  key.fill(std::byte{fill});
  return key;
}

AccessClaims claims() {
  return {{42}, {7}, kNow + std::chrono::minutes(15)};
}

}  // namespace

TEST_CASE("an access token says who it is for until it expires") {
  const std::string token = make_access_token(key_of(1), claims());
  CHECK(token.size() == 76);
  const auto read = read_access_token(key_of(1), token, kNow);
  REQUIRE(read.has_value());
  CHECK(read->user.value == 42);
  CHECK(read->session.value == 7);
  CHECK(read->expires_at == kNow + std::chrono::minutes(15));
  CHECK(read_access_token(key_of(1), token, kNow + std::chrono::minutes(15)).error().code() ==
        "expired_token");
}

TEST_CASE("a token with any character changed is refused") {
  const std::string token = make_access_token(key_of(1), claims());
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CAPTURE(at);
    CHECK(read_access_token(key_of(1), changed, kNow).error().code() == "invalid_token");
  }
}

TEST_CASE("a token of another key, or what is no token, is refused") {
  CHECK(read_access_token(key_of(2), make_access_token(key_of(1), claims()), kNow).error().code() ==
        "invalid_token");
  const std::string good = make_access_token(key_of(1), claims());
  for (const std::string& text :
       {std::string(), std::string("a"), good + "A", good.substr(1), good + "=",
        std::string(76, 'A'), std::string(76, '\0'), std::string(76, '/'),
        std::string("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")}) {
    CAPTURE(text);
    CHECK(read_access_token(key_of(1), text, kNow).error().code() == "invalid_token");
  }
}
