// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/auth/types.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"

namespace geond::storage {
class Database;
}

namespace geond::auth {

/// How many sessions a user may have; one more ends the one that was unused for longest.
inline constexpr int kMaxSessions = 100;

/// SHA-256 of a secret: what is stored instead of it.
using SecretHash = std::array<std::byte, 32>;

/// An account with its password's hash.
struct StoredUser {
  User user;
  std::string password_hash;  ///< Argon2id in its encoded form.
};

/// What is to become of an account; what is not set stays.
struct UserChange {
  std::optional<Role> role;
  std::optional<UserState> state;
  std::optional<std::string> password_hash;
};

/// A session with the user it belongs to.
struct SessionOfUser {
  Session session;
  User user;
};

/// That a session was used.
struct SessionUse {
  core::SessionId id;
  core::Timestamp at;
};

/// A session that was added.
struct AddedSession {
  Session session;
  std::vector<core::SessionId> ended;  ///< Those unused for longest, if there were too many.
};

/// An API key with its hash and the user it belongs to.
struct KeyOfUser {
  ApiKey key;
  SecretHash secret_hash{};
  User user;
};

/// The first account's rows but its user's: secrets are stored as their hashes.
struct FirstRows {
  std::string key_name;
  SecretHash key_hash{};
  SecretHash link_hash{};
  core::Timestamp link_expires_at;
};

/// The first account as it was stored.
struct FirstStored {
  User user;
  ApiKey key;
};

/// What became of a refresh token that was shown.
struct Rotation {
  enum class Outcome { rotated, unknown, reused, expired };
  Outcome outcome = Outcome::unknown;
  SessionOfUser of;  ///< Set unless the outcome is unknown.
};

/// Where auth keeps its rows. Every method but remove_user() is one transaction, returns after its
/// commit, and may return storage's errors. Thread-safe.
class AuthRepository {
 public:
  virtual ~AuthRepository() = default;

  // `by` is whose credential asks for a change, null if nobody's. If it is not good any more
  // nothing is changed. Errors: unauthenticated `invalid_token`, for accounts also forbidden
  // `forbidden` (no administrator's any more).

  // --- users
  /// Errors: conflict `user_exists`.
  virtual core::Result<User> add_user(std::string_view name, std::string_view password_hash,
                                      Role role, core::Timestamp now, const Principal* by) = 0;
  /// Adds an administrator with a key and a link, all or nothing; nothing if there is a user
  /// already.
  virtual core::Result<std::optional<FirstStored>> add_first_user(std::string_view name,
                                                                  std::string_view password_hash,
                                                                  const FirstRows& rows,
                                                                  core::Timestamp now) = 0;
  /// Errors: not_found `user_not_found`.
  virtual core::Result<StoredUser> user(core::UserId id) = 0;
  virtual core::Result<StoredUser> user_by_name(std::string_view name) = 0;
  virtual core::Result<std::vector<User>> users(core::UserId after, int limit) = 0;
  virtual core::Result<bool> has_users() = 0;
  /// Also ends the user's sessions but `keep`, and its links. `verified_hash` is what the old
  /// password was compared with, if it was. Errors: not_found `user_not_found`, also if the user
  /// has another password meanwhile.
  virtual core::Result<void> set_password_hash(core::UserId id, std::string_view password_hash,
                                               std::optional<std::string_view> verified_hash,
                                               std::optional<core::SessionId> keep,
                                               core::Timestamp now) = 0;
  /// The same password's hash at another cost, in the place of `old_hash`; does nothing if another
  /// stands there meanwhile.
  virtual core::Result<void> renew_password_hash(core::UserId id, std::string_view old_hash,
                                                 std::string_view new_hash) = 0;
  /// Ends all sessions if it disables or changes the password, then the links too. Errors, after
  /// which nothing has changed: not_found `user_not_found`, conflict `last_admin`.
  virtual core::Result<User> update_user(core::UserId id, const UserChange& change,
                                         core::Timestamp now, const Principal* by) = 0;
  /// Removes the account with all that is its own, in several transactions, since nobody else can
  /// write meanwhile: first it is disabled for good, then its tasks go, a hundred at a time. What
  /// is left when the process ends in between goes when it is called again. Errors: not_found
  /// `user_not_found`, conflict `last_admin`.
  virtual core::Result<void> remove_user(core::UserId id, const Principal* by) = 0;

  // --- sessions
  /// `refresh_hash` is empty for a classic session. Of more than kMaxSessions it ends those that
  /// were unused for longest; `uses` are the user's that were not stored yet. `password_hash` is
  /// what the user's password was compared with, if it was. Errors: not_found `user_not_found`,
  /// also if the user is disabled or has another password meanwhile.
  virtual core::Result<AddedSession> add_session(const Session& session,
                                                 std::optional<SecretHash> refresh_hash,
                                                 std::optional<std::string_view> password_hash,
                                                 std::span<const SessionUse> uses) = 0;
  virtual core::Result<void> touch_session(const SessionUse& use) = 0;
  /// A session that has not been ended (it may have expired). Errors: not_found
  /// `session_not_found`.
  virtual core::Result<SessionOfUser> session(core::SessionId id) = 0;
  virtual core::Result<std::vector<Session>> sessions(core::UserId user, core::Timestamp now) = 0;
  /// Spends `old_hash` and adds `new_hash` as one step. A hash spent within `grace` of `now` is
  /// honoured again; any other spent one ends its session (outcome reused).
  virtual core::Result<Rotation> rotate(const SecretHash& old_hash, const SecretHash& new_hash,
                                        core::Timestamp now, std::chrono::microseconds grace,
                                        core::Timestamp new_expiry) = 0;
  /// The session that a refresh hash belongs to, spent or not; nothing if there is none.
  virtual core::Result<std::optional<core::SessionId>> session_of(
      const SecretHash& refresh_hash) = 0;
  /// Ends the session that a refresh hash belongs to, if there is one; whose it was.
  virtual core::Result<std::optional<core::UserId>> end_session_of(
      const SecretHash& refresh_hash) = 0;
  /// Errors: not_found `session_not_found`.
  virtual core::Result<void> end_session(core::UserId user, core::SessionId id) = 0;
  virtual core::Result<int> end_sessions(core::UserId user,
                                         std::optional<core::SessionId> keep) = 0;

  // --- API keys
  /// Errors: conflict `too_many_keys`, not_found `user_not_found`.
  virtual core::Result<ApiKey> add_key(core::UserId user, std::string_view name,
                                       const SecretHash& secret_hash, core::Timestamp now,
                                       const Principal* by) = 0;
  /// Errors: not_found `key_not_found`.
  virtual core::Result<KeyOfUser> key(core::ApiKeyId id) = 0;
  virtual core::Result<std::vector<ApiKey>> keys(core::UserId user) = 0;
  virtual core::Result<void> touch_key(core::ApiKeyId id, core::Timestamp now) = 0;
  /// Errors: not_found `key_not_found`.
  virtual core::Result<void> remove_key(core::UserId user, core::ApiKeyId id) = 0;

  // --- one-time links
  /// Takes the link away and says whose it was. Errors: not_found `link_not_found` (also if it
  /// has expired).
  virtual core::Result<User> take_link(const SecretHash& hash, core::Timestamp now) = 0;

  /// Removes what expired before `now`; the number of rows.
  virtual core::Result<int> remove_expired(core::Timestamp now) = 0;
};

/// The repository over geond's own database, which must outlive it.
std::unique_ptr<AuthRepository> make_sqlite_auth_repository(storage::Database& database);

}  // namespace geond::auth
