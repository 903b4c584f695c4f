// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"
#include "secrets.hpp"

namespace geond::auth {

/// What an access token says. There is one format, one algorithm (HMAC-SHA256) and one key:
/// nothing in a token chooses how it is checked.
struct AccessClaims {
  core::UserId user;
  core::SessionId session;
  core::Timestamp expires_at;  ///< Whole seconds.
};

/// base64url of: version (1 byte), user, session, expiry in Unix seconds (8 bytes each,
/// big-endian), HMAC-SHA256 of a fixed prefix and these 25 bytes. 76 characters.
std::string make_access_token(const SigningKey& key, const AccessClaims& claims);

/// Errors: unauthenticated `invalid_token`, unauthenticated `expired_token`.
core::Result<AccessClaims> read_access_token(const SigningKey& key, std::string_view token,
                                             core::Timestamp now);

}  // namespace geond::auth
