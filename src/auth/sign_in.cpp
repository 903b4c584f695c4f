// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "access_token.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/utf8.hpp"
#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::string_view kKeyPrefix = "geond_";
constexpr std::size_t kSecretSize = 43;  // 32 bytes of base64url
constexpr std::size_t kMaxUserAgent = 200;
/// How stale the "last used" of a key or a session may be: a write for every request would be too
/// dear.
constexpr std::chrono::minutes kTouchInterval{1};

Error account_disabled() {
  return Error(ErrorKind::forbidden, "account_disabled",
               "This account is disabled; an administrator can enable it again.");
}

/// A row that is gone is an answer about the credential; anything else is a failure to look.
Error invalid_if_missing(const Error& error) {
  return error.kind() == ErrorKind::not_found ? invalid_token() : error;
}

Principal principal_of(const User& user, Credential credential) {
  Principal principal;
  principal.user = user.id;
  principal.name = user.name;
  principal.role = user.role;
  principal.credential = credential;
  return principal;
}

struct KeyParts {
  core::ApiKeyId id;
  std::string_view secret;
};

std::optional<KeyParts> split_key(std::string_view bearer) {
  bearer.remove_prefix(kKeyPrefix.size());
  const std::size_t dash = bearer.find('_');
  if (dash == std::string_view::npos || bearer.size() - dash - 1 != kSecretSize) return {};
  KeyParts parts{{}, bearer.substr(dash + 1)};
  const auto [end, error] = std::from_chars(bearer.data(), bearer.data() + dash, parts.id.value);
  if (error != std::errc() || end != bearer.data() + dash || parts.id.value < 1) return {};
  return parts;
}

/// An account's bucket for one address. Only of accounts that there are, whose names have no line
/// feed in them.
std::string familiar_bucket(const std::string& account, const std::string& address) {
  return account + '\n' + address;
}

/// Also when that is far in the future: the clock has been set back since.
bool is_touch_due(core::Timestamp touched_at, core::Timestamp now) {
  return std::chrono::abs(now - touched_at) >= kTouchInterval;
}

/// Who is behind a key that has not been revoked. Errors: unauthenticated `invalid_token`.
core::Result<PrincipalCache::KeyEntry> find_key(core::ApiKeyId id, AuthRepository& repository) {
  const auto found = repository.key(id);
  if (!found) return invalid_if_missing(found.error());
  if (found->user.state == UserState::disabled) return invalid_token();
  Principal principal = principal_of(found->user, Credential::api_key);
  principal.api_key = id;
  return PrincipalCache::KeyEntry{std::move(principal), found->secret_hash,
                                  found->key.last_used_at.value_or(core::Timestamp())};
}

core::Result<Principal> authenticate_key(std::string_view bearer, AuthRepository& repository,
                                         PrincipalCache& cache, core::Timestamp now) {
  const auto parts = split_key(bearer);
  if (!parts) return invalid_token();
  const std::uint64_t generation = cache.generation();
  auto found = find_key(parts->id, repository);
  if (!found) return found.error();
  if (!equal_secrets(hash_secret(parts->secret), found->secret_hash)) return invalid_token();
  if (is_touch_due(found->touched_at, now)) {
    // Worth no refusal: a full disk must not lock people out of reading and deleting.
    static_cast<void>(repository.touch_key(parts->id, now));
    found->touched_at = now;
  }
  cache.keep_key(generation, parts->id, *found);
  return found->principal;
}

std::optional<core::Result<Principal>> authenticate_key_cached(std::string_view bearer,
                                                               const PrincipalCache& cache,
                                                               core::Timestamp now) {
  const auto parts = split_key(bearer);
  if (!parts) return invalid_token();
  const auto found = cache.key(parts->id);
  if (!found || is_touch_due(found->touched_at, now)) return std::nullopt;
  if (!equal_secrets(hash_secret(parts->secret), found->secret_hash)) return invalid_token();
  return found->principal;
}

}  // namespace

core::Error invalid_token() {
  return Error(ErrorKind::unauthenticated, "invalid_token", "Could not validate credentials");
}

core::Error too_many_attempts() {
  return Error(ErrorKind::too_many_requests, "too_many_attempts",
               "Too many attempts. Wait a little, then try again.");
}

SignIn AuthService::State::make_sign_in(const User& user, const Session& session,
                                        std::string refresh_token) const {
  const core::Timestamp now = clock.now();
  const auto lifetime =
      session.kind == SessionKind::classic ? config.classic_lifetime : config.access_lifetime;
  SignIn sign_in;
  sign_in.user = user;
  sign_in.session = session;
  sign_in.access_expires_at = std::chrono::floor<std::chrono::seconds>(now + lifetime);
  sign_in.access_token = make_access_token(key, {user.id, session.id, sign_in.access_expires_at});
  sign_in.refresh_token = std::move(refresh_token);
  sign_in.refresh_expires_at = session.expires_at;
  return sign_in;
}

core::Result<SignIn> AuthService::State::open_session(
    const User& user, SessionKind kind, const ClientInfo& client,
    std::optional<std::string_view> password_hash) {
  const bool classic = kind == SessionKind::classic;
  Session session;
  session.user = user.id;
  session.kind = kind;
  session.client = {std::string(core::utf8_prefix(client.address, 64)),
                    std::string(core::utf8_prefix(client.user_agent, kMaxUserAgent))};
  session.created_at = clock.now();
  session.last_used_at = session.created_at;
  session.expires_at =
      session.created_at + (classic ? config.classic_lifetime : config.refresh_lifetime);
  const std::string refresh_token = classic ? std::string() : random_secret(random);
  const auto added = repository.add_session(
      session, classic ? std::nullopt : std::optional(hash_secret(refresh_token)), password_hash,
      cache.unwritten_uses(user.id));
  if (!added) return added.error();
  if (!added->ended.empty()) tell_trimmed(user.id, added->ended);
  familiar.remember(fold_case(user.name), address_bucket(client.address));
  return make_sign_in(user, added->session, refresh_token);
}

void AuthService::State::tell_trimmed(core::UserId user,
                                      const std::vector<core::SessionId>& ended) {
  for (const core::SessionId id : ended) cache.forget_session(id);
  logger.info("a sign-in too many has ended what was unused for longest",
              {{"user", user.value}, {"ended", ended.size()}, {"limit", kMaxSessions}});
  if (observer) observer(user, AccessChange::lessened);
}

std::string AuthService::State::renew_hash(const StoredUser& user, std::string_view password) {
  if (!hasher.needs_rehash(user.password_hash)) return user.password_hash;
  std::string hash = hasher.hash(password);
  const auto renewed = repository.renew_password_hash(user.user.id, user.password_hash, hash);
  if (!renewed) return user.password_hash;
  logger.info("a password's hash was made anew at today's cost", {{"user", user.user.id.value}});
  return hash;
}

core::Result<Principal> AuthService::State::find_session(core::SessionId id, core::Timestamp now) {
  const std::uint64_t generation = cache.generation();
  const auto found = repository.session(id);
  if (!found) return invalid_if_missing(found.error());
  const bool is_expired = found->session.expires_at <= now;
  if (is_expired || found->user.state == UserState::disabled) return invalid_token();
  Principal principal =
      principal_of(found->user, found->session.kind == SessionKind::classic ? Credential::classic
                                                                            : Credential::session);
  principal.session = id;
  const core::Timestamp touched_at = touch(found->session, now);
  cache.keep_session(generation, id, {principal, touched_at, now});
  return principal;
}

core::Timestamp AuthService::State::touch(const Session& session, core::Timestamp now) {
  if (!is_touch_due(session.last_used_at, now)) return session.last_used_at;
  // Worth no refusal, as with keys.
  static_cast<void>(repository.touch_session({session.id, now}));
  return now;
}

core::Result<AuthService::State::Attempt> AuthService::State::take_attempt(
    std::string_view name, const ClientInfo& client) {
  const std::string address = address_bucket(client.address);
  Attempt attempt{address, &accounts, fold_case(name)};
  const AddressLimiter::Lack lack = addresses.take(address);
  if (lack == AddressLimiter::Lack::own) return too_many_attempts();
  if (lack == AddressLimiter::Lack::others) attempt.address.clear();
  if (lack == AddressLimiter::Lack::none && accounts.take(attempt.account)) return attempt;
  if (auto taken = take_as_familiar(attempt, address); !taken) return taken.error();
  return attempt;
}

core::Result<void> AuthService::State::take_as_familiar(Attempt& attempt,
                                                        const std::string& address) {
  const auto is_known = is_familiar(attempt.account, address);
  if (!is_known) return is_known.error();
  attempt.account = familiar_bucket(attempt.account, address);
  attempt.accounts = &familiar_accounts;
  if (!*is_known || !familiar_accounts.take(attempt.account)) return too_many_attempts();
  return core::ok();
}

void AuthService::State::give_back(const Attempt& attempt) {
  if (!attempt.address.empty()) addresses.give_back(attempt.address);
  attempt.accounts->give_back(attempt.account);
}

core::Result<bool> AuthService::State::is_familiar(const std::string& name,
                                                   const std::string& address) {
  if (familiar.knows(name, address)) return true;
  const auto user = repository.user_by_name(name);
  if (!user && user.error().kind() != ErrorKind::not_found) return user.error();
  // Of nobody, too: who counts microseconds must not learn which names there are.
  const auto sessions = repository.sessions(user ? user->user.id : core::UserId{0}, clock.now());
  if (!sessions) return sessions.error();
  for (const Session& session : *sessions) {
    if (address_bucket(session.client.address) != address) continue;
    familiar.remember(name, address);  // sign_in_retry_after() must not ask the database
    return true;
  }
  return false;
}

core::Result<void> AuthService::State::count_failure(const ClientInfo& client) {
  if (addresses.take(address_bucket(client.address)) != AddressLimiter::Lack::none) {
    return too_many_attempts();
  }
  return core::ok();
}

core::Result<SignIn> AuthService::sign_in(std::string_view name, std::string_view password,
                                          SessionKind kind, const ClientInfo& client) {
  const auto wrong = [] {
    return Error(ErrorKind::unauthenticated, core::codes::kWrongCredentials,
                 "Incorrect username or password");
  };
  name = name.substr(0, 256);
  const auto attempt = state_->take_attempt(name, client);
  if (!attempt) return attempt.error();
  const auto found = state_->repository.user_by_name(name);
  if (!found && found.error().kind() != ErrorKind::not_found) return found.error();
  const auto is_right =
      state_->hasher.verify(password, found ? std::string_view(found->password_hash) : "");
  if (!is_right) {
    state_->give_back(*attempt);
    return is_right.error();
  }
  if (!*is_right) {
    state_->logger.warning("sign-in refused", {{"address", client.address}});
    return wrong();
  }
  state_->give_back(*attempt);
  if (found->user.state == UserState::disabled) return account_disabled();
  const std::string hash = state_->renew_hash(*found, password);
  auto opened = state_->open_session(found->user, kind, client, hash);
  if (!opened && opened.error().kind() == ErrorKind::not_found) return wrong();
  return opened;
}

std::chrono::seconds AuthService::sign_in_retry_after(std::string_view name,
                                                      const ClientInfo& client) const {
  const std::string address = address_bucket(client.address);
  const std::string account = fold_case(name.substr(0, 256));
  auto wait = state_->accounts.retry_after(account);
  if (state_->familiar.knows(account, address)) {
    wait = std::min(wait, state_->familiar_accounts.retry_after(familiar_bucket(account, address)));
  }
  return std::max(state_->addresses.retry_after(address), wait);
}

core::Result<SignIn> AuthService::sign_in_by_link(std::string_view token, SessionKind kind,
                                                  const ClientInfo& client) {
  const std::string bucket = address_bucket(client.address);
  if (state_->addresses.take(bucket) != AddressLimiter::Lack::none) return too_many_attempts();
  const auto user = state_->repository.take_link(hash_secret(token), state_->clock.now());
  if (!user && user.error().kind() == ErrorKind::not_found) {
    return Error(ErrorKind::unauthenticated, "invalid_link",
                 "This link was used already, has expired, or never was one. Sign in with your "
                 "name and password.");
  }
  state_->addresses.give_back(bucket);
  if (!user) return user.error();
  if (user->state == UserState::disabled) return account_disabled();
  return state_->open_session(*user, kind, client);
}

core::Result<SignIn> AuthService::refresh(std::string_view refresh_token,
                                          const ClientInfo& client) {
  const auto invalid = [] {
    return Error(ErrorKind::unauthenticated, "invalid_refresh_token",
                 "This refresh token is not valid, or its session has ended. Sign in again.");
  };
  const core::Timestamp now = state_->clock.now();
  const SecretHash hash = hash_secret(refresh_token);
  // Nonsense costs a look and no work for the writer.
  const auto session = state_->repository.session_of(hash);
  if (!session) return session.error();
  if (!*session) {
    if (auto counted = state_->count_failure(client); !counted) return counted.error();
    return invalid();
  }
  const std::string next = random_secret(state_->random);
  const auto rotation =
      state_->repository.rotate(hash, hash_secret(next), now, state_->config.reuse_grace,
                                now + state_->config.refresh_lifetime);
  if (!rotation) return rotation.error();
  switch (rotation->outcome) {
    case Rotation::Outcome::rotated:
      break;
    case Rotation::Outcome::reused:
      static_cast<void>(state_->changed(core::ok(), rotation->of.user.id));
      state_->logger.warning("a spent refresh token was shown again; its session was ended",
                             {{"session", rotation->of.session.id.value},
                              {"user", rotation->of.user.id.value},
                              {"address", client.address}});
      return Error(ErrorKind::unauthenticated, "refresh_token_reused",
                   "This refresh token was used before, so somebody else may have it: the session "
                   "was ended. Sign in again.");
    case Rotation::Outcome::unknown:
    case Rotation::Outcome::expired:
      if (auto counted = state_->count_failure(client); !counted) return counted.error();
      return invalid();
  }
  if (rotation->of.user.state == UserState::disabled) return account_disabled();
  return state_->make_sign_in(rotation->of.user, rotation->of.session, next);
}

core::Result<void> AuthService::sign_out(std::string_view refresh_token, const ClientInfo& client) {
  const SecretHash hash = hash_secret(refresh_token);
  const auto session = state_->repository.session_of(hash);
  if (!session) return session.error();
  if (!*session) return state_->count_failure(client);
  const auto owner = state_->repository.end_session_of(hash);
  state_->cache.forget_session(**session);
  if (!owner) return owner.error();
  if (*owner && state_->observer) state_->observer(**owner, AccessChange::lessened);
  return core::ok();
}

core::Result<Principal> AuthService::authenticate(std::string_view bearer) {
  const core::Timestamp now = state_->clock.now();
  if (bearer.starts_with(kKeyPrefix)) {
    return authenticate_key(bearer, state_->repository, state_->cache, now);
  }
  const auto claims = read_access_token(state_->key, bearer, now);
  if (!claims) return claims.error();
  // A session's expiry moves with each refresh, so it is never before its access tokens' own.
  auto principal = state_->find_session(claims->session, now);
  if (principal && principal->user != claims->user) return invalid_token();
  return principal;
}

std::optional<core::Result<Principal>> AuthService::authenticate_cached(std::string_view bearer) {
  const core::Timestamp now = state_->clock.now();
  if (bearer.starts_with(kKeyPrefix)) {
    return authenticate_key_cached(bearer, state_->cache, now);
  }
  const auto claims = read_access_token(state_->key, bearer, now);
  if (!claims) return claims.error();
  const auto found = state_->cache.use_session(claims->session, now);
  if (!found || is_touch_due(found->touched_at, now)) return std::nullopt;
  if (found->principal.user != claims->user) return invalid_token();
  return found->principal;
}

core::Result<Principal> AuthService::check_alive(const Principal& principal) {
  if (principal.session) {
    return state_->find_session(*principal.session, state_->clock.now());
  }
  if (!principal.api_key) return invalid_token();
  const std::uint64_t generation = state_->cache.generation();
  const auto found = find_key(*principal.api_key, state_->repository);
  if (!found) return found.error();
  state_->cache.keep_key(generation, *principal.api_key, *found);
  return found->principal;
}

std::optional<Principal> AuthService::check_alive_cached(const Principal& principal) {
  if (principal.session) {
    const auto found = state_->cache.use_session(*principal.session, state_->clock.now());
    return found ? std::optional(found->principal) : std::nullopt;
  }
  const auto found = principal.api_key ? state_->cache.key(*principal.api_key) : std::nullopt;
  return found ? std::optional(found->principal) : std::nullopt;
}

}  // namespace geond::auth
