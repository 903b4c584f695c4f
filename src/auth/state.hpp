// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <utility>

#include "familiar_addresses.hpp"
#include "geond/auth/auth_service.hpp"
#include "password_hasher.hpp"
#include "principal_cache.hpp"
#include "rate_limiter.hpp"
#include "secrets.hpp"

namespace geond::auth {

/// What AuthService works with; its methods stand with those of the service that
/// use them: attempts.cpp, authenticate.cpp, sign_in.cpp and accounts.cpp.
struct AuthService::State {
  State(AuthConfig the_config, AuthRepository& the_repository, const core::Clock& the_clock,
        core::RandomSource& the_random, core::Logger the_logger, const SigningKey& the_key)
      : config(std::move(the_config)),
        repository(the_repository),
        clock(the_clock),
        random(the_random),
        logger(std::move(the_logger)),
        key(the_key),
        registration(config.registration),
        hasher({config.hash_memory, config.hash_passes}, config.concurrent_hashes),
        addresses(the_clock, config.address_burst, config.address_per_second,
                  config.network_factor),
        accounts(the_clock, config.account_burst, config.account_per_second),
        familiar_accounts(the_clock, config.account_burst, config.account_per_second),
        familiar(the_clock, config.familiar_lifetime) {}

  /// Opens a session for a user who has proved who they are; `password_hash` if by a password.
  /// Errors: not_found `user_not_found` if that is not true any more.
  core::Result<SignIn> open_session(const User& user, SessionKind kind, const ClientInfo& client,
                                    std::optional<std::string_view> password_hash = {});

  /// Forgets sessions that a sign-in has ended, and tells of it.
  void tell_trimmed(core::UserId user, const std::vector<core::SessionId>& ended);

  /// Who is behind a session that has neither ended nor expired, and is used now. Errors:
  /// unauthenticated `invalid_token`.
  core::Result<Principal> find_session(core::SessionId id, core::Timestamp now);

  /// Writes that a session is used, if that was not done for a while; when it was done last.
  core::Timestamp touch(const Session& session, core::Timestamp now);

  /// The hash of a new account's password. Errors: those of check_user_name() and check_password().
  core::Result<std::string> new_hash(std::string_view name, std::string_view password);

  /// Makes the hash of a password that was just right anew if its cost is not today's. The hash
  /// that is stored afterwards.
  std::string renew_hash(const StoredUser& user, std::string_view password);

  /// The tokens of a session that has just been opened or refreshed.
  SignIn make_sign_in(const User& user, const Session& session, std::string refresh_token) const;

  /// Where an attempt was taken from.
  struct Attempt {
    std::string address;              ///< Bucket of `addresses`; empty: none of it was taken.
    RateLimiter* accounts = nullptr;  ///< `accounts` or `familiar_accounts`.
    std::string account;              ///< Bucket of that.
  };

  /// Takes one attempt from the address's bucket and one from the account's. When strangers have
  /// emptied the account's, or used up what addresses share, an address that is familiar to the
  /// account has one of its own there. Errors: too_many_requests `too_many_attempts`, those of
  /// AuthRepository.
  core::Result<Attempt> take_attempt(std::string_view name, const ClientInfo& client);
  /// Of the bucket that a familiar address has at the account. Errors: as take_attempt().
  core::Result<void> take_as_familiar(Attempt& attempt, const std::string& address);
  void give_back(const Attempt& attempt);

  /// Whether the account was signed in to from the address lately, or has a session of it.
  core::Result<bool> is_familiar(const std::string& name, const std::string& address);

  /// Counts a token that was not valid, or a registration. Errors: too_many_requests
  /// `too_many_attempts`.
  core::Result<void> count_failure(const ClientInfo& client);

  const AuthConfig config;
  AuthRepository& repository;
  const core::Clock& clock;
  core::RandomSource& random;
  const core::Logger logger;
  const SigningKey key;
  std::atomic<Registration> registration;
  PasswordHasher hasher;
  AddressLimiter addresses;
  RateLimiter accounts;
  RateLimiter familiar_accounts;  ///< By account and address.
  FamiliarAddresses familiar;
  PrincipalCache cache;

  std::function<void(core::UserId, AccessChange)> observer;

  /// Hands a repository's answer on after forgetting who is who: it may have changed.
  template <class Outcome>
  Outcome changed(Outcome outcome) {
    cache.clear();
    return outcome;
  }

  /// As changed(), and tells that the user's access did.
  template <class Outcome>
  Outcome changed(Outcome outcome, core::UserId user,
                  AccessChange change = AccessChange::lessened) {
    cache.clear();
    if (outcome && observer) observer(user, change);
    return outcome;
  }
};

/// too_many_requests `too_many_attempts`.
core::Error too_many_attempts();

/// An API key as its owner gets it: the number of its row and its secret.
std::string shown_key(core::ApiKeyId id, std::string_view secret);

}  // namespace geond::auth
