// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/auth/repository.hpp"
#include "geond/auth/types.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/core/random.hpp"
#include "geond/core/result.hpp"

namespace geond::auth {

/// How strict the door is. The defaults are what `geond serve` uses.
struct AuthConfig {
  std::filesystem::path key_file;  ///< 32 random bytes, mode 0600; made if it does not exist.
  Registration registration = Registration::closed;
  std::chrono::seconds access_lifetime = std::chrono::minutes(15);
  std::chrono::seconds classic_lifetime = std::chrono::hours(12);
  std::chrono::seconds refresh_lifetime = std::chrono::days(30);
  std::chrono::seconds link_lifetime = std::chrono::hours(1);
  /// How long after a rotation the token that was rotated away is still honoured, so that two
  /// tabs that refresh at the same moment do not look like a theft.
  std::chrono::seconds reuse_grace = std::chrono::seconds(10);
  int concurrent_hashes = 2;                    ///< Argon2id runs at once, 1 to 16.
  std::size_t hash_memory = 19U * 1024 * 1024;  ///< Bytes a run takes.
  unsigned hash_passes = 2;
  double address_burst = 20;              ///< Failed sign-ins an address may make at once.
  double address_per_second = 1.0 / 3.0;  ///< How fast they come back.
  double network_factor = 10;             ///< How many addresses an IPv6 /48 counts as.
  double account_burst = 10;              ///< Likewise for an account, whoever asks.
  double account_per_second = 1.0 / 6.0;
  /// How long an address from which an account was signed in to has a bucket of its own there.
  std::chrono::seconds familiar_lifetime = std::chrono::days(30);
};

/// What became of a user's access.
enum class AccessChange {
  lessened,      ///< A session ended, a key was revoked, or the user was disabled.
  user_removed,  ///< The account is gone with all that was its own.
};

/// What the first start of a server tells the person in front of it. Never goes to the log.
struct FirstAccount {
  User user;
  std::string password;
  std::string link_token;  ///< For POST /api/v1/auth/link, once within AuthConfig::link_lifetime.
  std::string api_key;
};

/// Accounts, sign-ins, tokens and keys: every rule about who may come in.
///
/// Thread-safe. Methods that return a Result may read or write the database, and those that take a
/// password hash for some 30 ms, after those of callers before them: call them on a thread that may
/// block, never on an I/O thread. Each of them may also return what storage returns (see
/// storage::Database). All others, and the two that end in `_cached`, never block. User names are
/// compared without regard to case.
class AuthService {
 public:
  /// Reads or makes the key file. Errors: internal `key_file_unusable` (wrong length, mode other
  /// than 0600, cannot be written), `libsodium_unusable`, invalid_argument `invalid_config` (the
  /// hashing's settings are out of range). `repository`, `clock` and `random` must outlive the
  /// service.
  static core::Result<std::unique_ptr<AuthService>> create(AuthConfig config,
                                                           AuthRepository& repository,
                                                           const core::Clock& clock,
                                                           core::RandomSource& random,
                                                           core::Logger logger);
  ~AuthService();
  AuthService(const AuthService&) = delete;
  AuthService& operator=(const AuthService&) = delete;

  /// Called after each commit that takes access from a user, on the thread that asked for it; must
  /// not block for long or throw. Set before the service is used by several threads.
  void observe(std::function<void(core::UserId, AccessChange)> observer);

  /// Whether strangers may make accounts.
  Registration registration() const;
  /// Takes effect with the next request.
  void set_registration(Registration registration);

  // --- signing in -----------------------------------------------------------------------------

  /// Checks a name and a password and opens a session. A failed attempt takes as long for an
  /// unknown name as for a wrong password. Errors: unauthenticated `wrong_credentials`,
  /// forbidden `account_disabled` (told only to who knows the password), too_many_requests
  /// `too_many_attempts` (see sign_in_retry_after). A hash of another
  /// cost than the configured one is made anew.
  core::Result<SignIn> sign_in(std::string_view name, std::string_view password, SessionKind kind,
                               const ClientInfo& client);

  /// When an attempt refused with `too_many_attempts` may be repeated; at least one second.
  std::chrono::seconds sign_in_retry_after(std::string_view name, const ClientInfo& client) const;

  /// Exchanges a one-time link token for a session. Errors: unauthenticated `invalid_link` (never
  /// made, used or expired), forbidden `account_disabled`, too_many_requests
  /// `too_many_attempts` (counted by address).
  core::Result<SignIn> sign_in_by_link(std::string_view token, SessionKind kind,
                                       const ClientInfo& client);

  /// Rotates a refresh token: the old one is spent. A spent one shown again after
  /// AuthConfig::reuse_grace ends the session. Errors: unauthenticated `invalid_refresh_token`,
  /// unauthenticated `refresh_token_reused`, forbidden `account_disabled`, too_many_requests
  /// `too_many_attempts` (tokens that are not valid are counted by address; a valid one always
  /// passes).
  core::Result<SignIn> refresh(std::string_view refresh_token, const ClientInfo& client);

  /// Ends the session that the refresh token belongs to; a token that is not valid is no error,
  /// but counted by address. Errors: too_many_requests `too_many_attempts`.
  core::Result<void> sign_out(std::string_view refresh_token, const ClientInfo& client);

  /// Who an access token or an API key belongs to. `bearer` is what follows `Bearer `.
  /// Errors: unauthenticated `invalid_token` (malformed, forged, revoked, user disabled or gone),
  /// unauthenticated `expired_token`.
  core::Result<Principal> authenticate(std::string_view bearer);

  /// authenticate() without the database: nothing if it has to be asked. Never blocks, so it may
  /// be called anywhere. Knows of every change made through this service at once.
  std::optional<core::Result<Principal>> authenticate_cached(std::string_view bearer);

  /// A principal of a while ago as it is now (its role may have changed), whatever became of its
  /// access token: for requests that take long and streams that outlive one. Errors:
  /// unauthenticated `invalid_token`.
  core::Result<Principal> check_alive(const Principal& principal);

  /// check_alive() without the database, as authenticate_cached() is authenticate(). That a session
  /// has expired is noticed once remove_expired() has taken it away.
  std::optional<Principal> check_alive_cached(const Principal& principal);

  // --- accounts -------------------------------------------------------------------------------

  // `by` is whose credential asks; null: somebody on this machine. The log tells. Who it was is
  // looked at again in the transaction itself, since making a hash may take its time. Errors also:
  // unauthenticated `invalid_token`, forbidden `forbidden` (no administrator any more).

  /// Makes an account. Errors: invalid_argument `invalid_user_name`, invalid_argument
  /// `invalid_password` (8 to 256 characters, not the name itself), conflict `user_exists`.
  core::Result<User> create_user(std::string_view name, std::string_view password, Role role,
                                 const Principal* by = nullptr);

  /// As create_user, for strangers. Errors also: forbidden `registration_closed`,
  /// too_many_requests `too_many_attempts` (counted by address).
  core::Result<User> register_user(std::string_view name, std::string_view password,
                                   const ClientInfo& client);

  /// Errors: not_found `user_not_found`.
  core::Result<User> user(core::UserId id);
  core::Result<User> user_by_name(std::string_view name);

  /// One page of accounts by id, starting after `after` (0: from the first); at most `limit`.
  core::Result<std::vector<User>> users(core::UserId after, int limit);

  /// The owner's own change; ends the user's other sessions and leaves `keep` (if given) alive.
  /// API keys stay. Errors: unauthenticated `wrong_credentials` (the old password is wrong,
  /// or another one was set while it was compared), invalid_argument `invalid_password`,
  /// too_many_requests `too_many_attempts`.
  core::Result<void> change_password(core::UserId id, std::string_view old_password,
                                     std::string_view new_password,
                                     std::optional<core::SessionId> keep, const ClientInfo& client);

  /// An administrator's change (API and `geond user password`): ends all of the user's sessions.
  /// Errors: not_found `user_not_found`, invalid_argument `invalid_password`.
  core::Result<void> set_password(core::UserId id, std::string_view new_password);

  /// Changes all that is given, or nothing. Disabling ends all sessions and stops the keys until
  /// enabled again; a new password acts as in set_password(). Errors: not_found
  /// `user_not_found`, invalid_argument `invalid_password`, conflict `last_admin` (it would leave
  /// no active administrator).
  core::Result<User> update_user(core::UserId id, std::optional<Role> role,
                                 std::optional<UserState> state,
                                 std::optional<std::string_view> password = std::nullopt,
                                 const Principal* by = nullptr);

  /// Removes the account with its sessions, keys and tasks; one that has many takes seconds, and is
  /// left disabled if the process ends meanwhile. Errors: not_found `user_not_found`,
  /// conflict `last_admin`.
  core::Result<void> remove_user(core::UserId id, const Principal* by = nullptr);

  // --- sessions and keys, always of one user ---------------------------------------------------

  /// Sessions that have not ended, newest first.
  core::Result<std::vector<Session>> sessions(core::UserId user);

  /// Errors: not_found `session_not_found`.
  core::Result<void> end_session(core::UserId user, core::SessionId session);

  /// Ends all sessions of the user but `keep`; the number that were ended.
  core::Result<int> end_sessions(core::UserId user, std::optional<core::SessionId> keep);

  /// Newest first.
  core::Result<std::vector<ApiKey>> api_keys(core::UserId user);

  /// `by` as of the accounts, but for the role. Errors: invalid_argument `invalid_key_name`,
  /// conflict `too_many_keys` (100 a user), unauthenticated `invalid_token`, not_found
  /// `user_not_found`.
  core::Result<NewApiKey> create_api_key(core::UserId user, std::string_view name,
                                         const Principal* by = nullptr);

  /// Errors: not_found `key_not_found`.
  core::Result<void> revoke_api_key(core::UserId user, core::ApiKeyId key);

  // --- for app and the command line --------------------------------------------------------------

  /// If there is no user at all: makes the administrator `name` with `password` (a generated one
  /// if empty), an API key and a sign-in link, all or nothing. Nothing if there is a user. Errors:
  /// invalid_argument `invalid_user_name`, `invalid_password`.
  core::Result<std::optional<FirstAccount>> create_first_account(std::string_view name,
                                                                 std::string_view password);

  /// 20 letters and digits, a dash after every five: 23 characters, easily read aloud,
  /// 100 bits of randomness.
  std::string generate_password();

  /// Removes expired sessions, links and refresh tokens; app calls it hourly. Their number.
  core::Result<int> remove_expired();

 private:
  struct State;
  explicit AuthService(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace geond::auth
