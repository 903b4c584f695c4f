// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {

std::string shown_key(core::ApiKeyId id, std::string_view secret) {
  return fmt::format("geond_{}_{}", id.value, secret);
}

std::string to_string(const Principal& principal) {
  const std::string credential =
      principal.api_key
          ? fmt::format("key {}", principal.api_key->value)
          : fmt::format("session {}", principal.session.value_or(core::SessionId()).value);
  return fmt::format("{} of user {}", credential, principal.user.value);
}

core::Result<std::vector<Session>> AuthService::sessions(core::UserId user) {
  return state_->repository.sessions(user, state_->clock.now());
}

core::Result<void> AuthService::end_session(core::UserId user, core::SessionId session) {
  return state_->changed(state_->repository.end_session(user, session), user);
}

core::Result<int> AuthService::end_sessions(core::UserId user,
                                            std::optional<core::SessionId> keep) {
  return state_->changed(state_->repository.end_sessions(user, keep), user);
}

core::Result<std::vector<ApiKey>> AuthService::api_keys(core::UserId user) {
  return state_->repository.keys(user);
}

core::Result<NewApiKey> AuthService::create_api_key(core::UserId user, std::string_view name,
                                                    const Principal* by) {
  if (auto checked = check_key_name(name); !checked) return checked.error();
  const std::string secret = random_secret(state_->random);
  auto key = state_->repository.add_key(user, name, hash_secret(secret), state_->clock.now(), by);
  if (!key) return key.error();
  return NewApiKey{*key, shown_key(key->id, secret)};
}

core::Result<void> AuthService::revoke_api_key(core::UserId user, core::ApiKeyId key) {
  return state_->changed(state_->repository.remove_key(user, key), user);
}

}  // namespace geond::auth
