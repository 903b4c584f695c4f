// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "geond/auth/principal.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"

namespace geond::auth {

/// Characters in a user's name.
inline constexpr std::size_t kMaxUserName = 64;

/// Who may make an account: nobody but an administrator, or everybody.
enum class Registration { closed, open };

enum class UserState { active, disabled };

/// An account, without its password.
struct User {
  core::UserId id;
  /// Unique without regard to case; 1 to kMaxUserName of `A-Z a-z 0-9 . _ @ + -`.
  std::string name;
  Role role = Role::user;
  UserState state = UserState::active;
  core::Timestamp created_at;
};

enum class SessionKind {
  token,    ///< Signed in by a program that keeps its tokens itself.
  cookie,   ///< Signed in by a browser; the refresh token is in a cookie.
  classic,  ///< Signed in through the classic API: one access token of 12 hours, no refresh.
};

/// `token`, `cookie` or `classic`: what the database and the API call it.
std::string_view to_string(SessionKind kind);

/// `user` or `admin`: what the API and the log call it.
std::string_view to_string(Role role);

/// Where a request comes from; kept with the session so that its user recognises it.
struct ClientInfo {
  std::string address;     ///< Remote IP address as text; what the rate limit counts by.
  std::string user_agent;  ///< As sent; cut to 200 bytes when stored.
};

/// A sign-in.
struct Session {
  core::SessionId id;
  core::UserId user;
  SessionKind kind = SessionKind::token;
  ClientInfo client;
  core::Timestamp created_at;
  core::Timestamp last_used_at;  ///< To within a minute.
  core::Timestamp expires_at;    ///< When it ends unless it is refreshed.
};

/// An API key, without its secret.
struct ApiKey {
  core::ApiKeyId id;
  core::UserId user;
  std::string name;  ///< For its owner to tell keys apart; 1 to 100 characters.
  core::Timestamp created_at;
  std::optional<core::Timestamp> last_used_at;  ///< To within a minute.
};

/// An API key at its creation: the only moment at which the secret is known.
struct NewApiKey {
  ApiKey key;
  std::string secret;  ///< `geond_<id>_<43 characters of base64url>`.
};

/// What signing in or refreshing gives.
struct SignIn {
  User user;
  Session session;
  std::string access_token;
  core::Timestamp access_expires_at;
  std::string refresh_token;  ///< Empty for a classic session.
  core::Timestamp refresh_expires_at;
};

}  // namespace geond::auth
