// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "geond/auth/repository.hpp"
#include "geond/storage/connection.hpp"

namespace geond::auth {

/// What read_user() and its siblings read, in their order.
inline constexpr const char* kUserColumns =
    "users.id, users.name, users.is_admin, users.disabled, users.created_at";
inline constexpr int kUserColumnCount = 5;
inline constexpr const char* kSessionColumns =
    "sessions.id, sessions.user_id, sessions.kind, sessions.created_at, sessions.last_used_at, "
    "sessions.expires_at, sessions.user_agent, sessions.address";
inline constexpr int kSessionColumnCount = 8;
inline constexpr const char* kKeyColumns =
    "api_keys.id, api_keys.user_id, api_keys.name, api_keys.created_at, api_keys.last_used_at";
inline constexpr int kKeyColumnCount = 5;

/// Reads from column `first` on.
User read_user(const storage::Statement& row, int first = 0);
Session read_session(const storage::Statement& row);
ApiKey read_key(const storage::Statement& row);
SecretHash read_hash(std::span<const std::byte> blob);

core::Error no_such_user();
core::Error no_such_session();
core::Error no_such_key();

}  // namespace geond::auth
