// SPDX-License-Identifier: MIT
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "access_token.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/utf8.hpp"
#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::size_t kMaxUserAgent = 200;

Error account_disabled() {
  return Error(ErrorKind::forbidden, "account_disabled",
               "This account is disabled; an administrator can enable it again.");
}

}  // namespace

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

}  // namespace geond::auth
