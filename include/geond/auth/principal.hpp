// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "geond/core/ids.hpp"

namespace geond::auth {

enum class Role { user, admin };

/// What a request was authenticated with.
enum class Credential {
  session,  ///< An access token of a signed-in session (15 minutes).
  classic,  ///< An access token of the classic API (12 hours).
  api_key,  ///< `geond_<id>_<random>`.
};

/// Who makes a request. Made by AuthService::authenticate only.
struct Principal {
  core::UserId user;
  std::string name;
  Role role = Role::user;
  Credential credential = Credential::session;
  std::optional<core::SessionId> session;  ///< Set unless the credential is an API key.
  std::optional<core::ApiKeyId> api_key;   ///< Set if it is one.

  bool is_admin() const { return role == Role::admin; }
};

/// For the log: `key 7 of user 3` or `session 12 of user 3`.
std::string to_string(const Principal& principal);

}  // namespace geond::auth
