// SPDX-License-Identifier: MIT
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include "access_token.hpp"
#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::string_view kKeyPrefix = "geond_";
constexpr std::size_t kSecretSize = 43;  // 32 bytes of base64url
/// How stale the "last used" of a key or a session may be: a write for every request would be too
/// dear.
constexpr std::chrono::minutes kTouchInterval{1};

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
