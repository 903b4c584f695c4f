// SPDX-License-Identifier: MIT
#pragma once

#include "geond/auth/repository.hpp"
#include "geond/storage/database.hpp"

namespace geond::auth {

/// The repository over geond's own database; its methods stand in sqlite_users.cpp,
/// sqlite_sessions.cpp and sqlite_keys.cpp.
class SqliteAuthRepository final : public AuthRepository {
 public:
  explicit SqliteAuthRepository(storage::Database& database) : database_(database) {}

  core::Result<User> add_user(std::string_view name, std::string_view password_hash, Role role,
                              core::Timestamp now, const Principal* by) override;
  core::Result<std::optional<FirstStored>> add_first_user(std::string_view name,
                                                          std::string_view password_hash,
                                                          const FirstRows& rows,
                                                          core::Timestamp now) override;
  core::Result<StoredUser> user(core::UserId id) override;
  core::Result<StoredUser> user_by_name(std::string_view name) override;
  core::Result<std::vector<User>> users(core::UserId after, int limit) override;
  core::Result<bool> has_users() override;
  core::Result<void> set_password_hash(core::UserId id, std::string_view password_hash,
                                       std::optional<std::string_view> verified_hash,
                                       std::optional<core::SessionId> keep,
                                       core::Timestamp now) override;
  core::Result<void> renew_password_hash(core::UserId id, std::string_view old_hash,
                                         std::string_view new_hash) override;
  core::Result<User> update_user(core::UserId id, const UserChange& change, core::Timestamp now,
                                 const Principal* by) override;
  core::Result<void> remove_user(core::UserId id, const Principal* by) override;

  core::Result<AddedSession> add_session(const Session& session,
                                         std::optional<SecretHash> refresh_hash,
                                         std::optional<std::string_view> password_hash,
                                         std::span<const SessionUse> uses) override;
  core::Result<void> touch_session(const SessionUse& use) override;
  core::Result<SessionOfUser> session(core::SessionId id) override;
  core::Result<std::vector<Session>> sessions(core::UserId user, core::Timestamp now) override;
  core::Result<Rotation> rotate(const SecretHash& old_hash, const SecretHash& new_hash,
                                core::Timestamp now, std::chrono::microseconds grace,
                                core::Timestamp new_expiry) override;
  core::Result<std::optional<core::SessionId>> session_of(const SecretHash& refresh_hash) override;
  core::Result<std::optional<core::UserId>> end_session_of(const SecretHash& refresh_hash) override;
  core::Result<void> end_session(core::UserId user, core::SessionId id) override;
  core::Result<int> end_sessions(core::UserId user, std::optional<core::SessionId> keep) override;

  core::Result<ApiKey> add_key(core::UserId user, std::string_view name,
                               const SecretHash& secret_hash, core::Timestamp now,
                               const Principal* by) override;
  core::Result<KeyOfUser> key(core::ApiKeyId id) override;
  core::Result<std::vector<ApiKey>> keys(core::UserId user) override;
  core::Result<void> touch_key(core::ApiKeyId id, core::Timestamp now) override;
  core::Result<void> remove_key(core::UserId user, core::ApiKeyId id) override;

  core::Result<User> take_link(const SecretHash& hash, core::Timestamp now) override;
  core::Result<int> remove_expired(core::Timestamp now) override;

 private:
  storage::Database& database_;
};

/// A user with the password's hash. Errors: not_found `user_not_found`.
core::Result<StoredUser> find_user(storage::Connection& connection, core::UserId id);

/// Whether a credential is good still; that of nobody is. Errors: unauthenticated `invalid_token`.
core::Result<void> check_credential(storage::Connection& connection, const Principal* by);

/// The same, and whether it is an administrator's still. Errors also: forbidden `forbidden`.
core::Result<void> check_administrator(storage::Connection& connection, const Principal* by);

/// The row alone, of a user who is there.
ApiKey insert_key(storage::Connection& connection, core::UserId user, std::string_view name,
                  const SecretHash& secret_hash, core::Timestamp now);

/// As insert_key().
void insert_link(storage::Connection& connection, core::UserId user, const SecretHash& hash,
                 core::Timestamp expires_at);

}  // namespace geond::auth
