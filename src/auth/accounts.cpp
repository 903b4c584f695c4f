// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "geond/core/error_codes.hpp"
#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

core::Result<void> check_config(const AuthConfig& config) {
  if (config.concurrent_hashes < 1 || config.concurrent_hashes > 16 || config.hash_passes < 1 ||
      config.hash_memory < 8192) {
    return Error(ErrorKind::invalid_argument, "invalid_config",
                 "The password hashing's settings are out of range.");
  }
  return core::ok();
}

/// For the log: whose credential asked for a change.
std::string maker_of(const Principal* by) {
  return by == nullptr ? "a command on this machine" : to_string(*by);
}

Error wrong_password() {
  return Error(ErrorKind::unauthenticated, core::codes::kWrongCredentials,
               "The current password is not right.")
      .with_field("current_password", "is not right");
}

}  // namespace

AuthService::AuthService(std::unique_ptr<State> state) : state_(std::move(state)) {}
AuthService::~AuthService() = default;

core::Result<std::unique_ptr<AuthService>> AuthService::create(AuthConfig config,
                                                               AuthRepository& repository,
                                                               const core::Clock& clock,
                                                               core::RandomSource& random,
                                                               core::Logger logger) {
  if (sodium_init() < 0) {
    return Error(ErrorKind::internal, "libsodium_unusable", "libsodium cannot be initialised.");
  }
  if (auto checked = check_config(config); !checked) return checked.error();
  const auto key = load_or_create_key(config.key_file, random);
  if (!key) return key.error();
  auto state = std::make_unique<State>(std::move(config), repository, clock, random,
                                       std::move(logger), *key);
  return std::unique_ptr<AuthService>(new AuthService(std::move(state)));
}

void AuthService::observe(std::function<void(core::UserId, AccessChange)> observer) {
  state_->observer = std::move(observer);
}

Registration AuthService::registration() const {
  return state_->registration;
}

void AuthService::set_registration(Registration registration) {
  state_->registration = registration;
}

core::Result<std::string> AuthService::State::new_hash(std::string_view name,
                                                       std::string_view password) {
  if (auto checked = check_user_name(name); !checked) return checked.error();
  if (auto checked = check_password(password, name); !checked) return checked.error();
  return hasher.hash(password);
}

core::Result<User> AuthService::create_user(std::string_view name, std::string_view password,
                                            Role role, const Principal* by) {
  const auto hash = state_->new_hash(name, password);
  if (!hash) return hash.error();
  auto added = state_->repository.add_user(name, *hash, role, state_->clock.now(), by);
  if (added) {
    state_->logger.info(
        "an account was made",
        {{"user", added->id.value}, {"role", to_string(role)}, {"made_by", maker_of(by)}});
  }
  return added;
}

core::Result<User> AuthService::register_user(std::string_view name, std::string_view password,
                                              const ClientInfo& client) {
  if (registration() == Registration::closed) {
    return Error(ErrorKind::forbidden, "registration_closed",
                 "Registration is closed here; an administrator can make you an account.");
  }
  if (auto counted = state_->count_failure(client); !counted) return counted.error();
  const auto hash = state_->new_hash(name, password);
  if (!hash) return hash.error();
  auto added = state_->repository.add_user(name, *hash, Role::user, state_->clock.now(), nullptr);
  if (added) {
    state_->logger.info("an account was made", {{"user", added->id.value},
                                                {"role", to_string(Role::user)},
                                                {"made_by", "its owner"},
                                                {"address", client.address}});
  }
  return added;
}

core::Result<User> AuthService::user(core::UserId id) {
  const auto found = state_->repository.user(id);
  if (!found) return found.error();
  return found->user;
}

core::Result<User> AuthService::user_by_name(std::string_view name) {
  const auto found = state_->repository.user_by_name(name);
  if (!found) return found.error();
  return found->user;
}

core::Result<std::vector<User>> AuthService::users(core::UserId after, int limit) {
  return state_->repository.users(after, limit);
}

core::Result<void> AuthService::change_password(core::UserId id, std::string_view old_password,
                                                std::string_view new_password,
                                                std::optional<core::SessionId> keep,
                                                const ClientInfo& client) {
  const auto found = state_->repository.user(id);
  if (!found) return found.error();
  const User& user = found->user;
  if (auto checked = check_password(new_password, user.name); !checked) return checked.error();
  const auto attempt = state_->take_attempt(user.name, client);
  if (!attempt) return attempt.error();
  const auto is_right = state_->hasher.verify(old_password, found->password_hash);
  if (is_right && !*is_right) return wrong_password();
  state_->give_back(*attempt);
  if (!is_right) return is_right.error();
  const std::string hash = state_->hasher.hash(new_password);
  auto set = state_->changed(state_->repository.set_password_hash(id, hash, found->password_hash,
                                                                  keep, state_->clock.now()),
                             id);
  if (!set && set.error().kind() == ErrorKind::not_found) return wrong_password();
  if (set) {
    state_->logger.info(
        "a password was changed",
        {{"user", id.value}, {"changed_by", "its owner"}, {"address", client.address}});
  }
  return set;
}

core::Result<void> AuthService::set_password(core::UserId id, std::string_view new_password) {
  const auto found = state_->repository.user(id);
  if (!found) return found.error();
  if (auto checked = check_password(new_password, found->user.name); !checked) {
    return checked.error();
  }
  const std::string hash = state_->hasher.hash(new_password);
  auto set = state_->changed(
      state_->repository.set_password_hash(id, hash, {}, {}, state_->clock.now()), id);
  if (set) {
    state_->logger.info("a password was changed",
                        {{"user", id.value}, {"changed_by", maker_of(nullptr)}});
  }
  return set;
}

core::Result<User> AuthService::update_user(core::UserId id, std::optional<Role> role,
                                            std::optional<UserState> state,
                                            std::optional<std::string_view> password,
                                            const Principal* by) {
  UserChange change{role, state, {}};
  if (password) {
    const auto found = state_->repository.user(id);
    if (!found) return found.error();
    if (auto checked = check_password(*password, found->user.name); !checked) {
      return checked.error();
    }
    change.password_hash = state_->hasher.hash(*password);
  }
  auto updated =
      state_->changed(state_->repository.update_user(id, change, state_->clock.now(), by), id);
  if (updated) {
    state_->logger.info("an account was changed",
                        {{"user", id.value},
                         {"role", to_string(updated->role)},
                         {"disabled", updated->state == UserState::disabled},
                         {"password", password ? "a new one" : "as before"},
                         {"changed_by", maker_of(by)}});
  }
  return updated;
}

core::Result<void> AuthService::remove_user(core::UserId id, const Principal* by) {
  auto removed =
      state_->changed(state_->repository.remove_user(id, by), id, AccessChange::user_removed);
  if (removed) {
    state_->logger.info("an account was removed",
                        {{"user", id.value}, {"removed_by", maker_of(by)}});
  }
  return removed;
}

std::string AuthService::generate_password() {
  // 32 signs without l, o, 0, 1 and the like: 5 bits each.
  constexpr std::string_view kSigns = "abcdefghijkmnpqrstuvwxyz23456789";
  static_assert(kSigns.size() == 32);
  std::array<std::byte, 20> bytes{};
  state_->random.fill(bytes);
  std::string password;
  for (const std::byte byte : bytes) {
    if (password.size() % 6 == 5) password.push_back('-');
    password.push_back(kSigns[std::to_integer<std::size_t>(byte) % kSigns.size()]);
  }
  return password;
}

core::Result<std::optional<FirstAccount>> AuthService::create_first_account(
    std::string_view name, std::string_view password) {
  const auto any = state_->repository.has_users();
  if (!any) return any.error();
  if (*any) return std::optional<FirstAccount>();
  FirstAccount first;
  first.password = password.empty() ? generate_password() : std::string(password);
  first.link_token = random_secret(state_->random);
  const std::string key_secret = random_secret(state_->random);
  const auto hash = state_->new_hash(name, first.password);
  if (!hash) return hash.error();
  const core::Timestamp now = state_->clock.now();
  const FirstRows rows{"made at the first start", hash_secret(key_secret),
                       hash_secret(first.link_token), now + state_->config.link_lifetime};
  auto stored = state_->repository.add_first_user(name, *hash, rows, now);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<FirstAccount>();
  first.user = (*stored)->user;
  first.api_key = shown_key((*stored)->key.id, key_secret);
  state_->logger.info("an account was made", {{"user", first.user.id.value},
                                              {"role", to_string(Role::admin)},
                                              {"made_by", "the first start"}});
  return std::optional(std::move(first));
}

core::Result<int> AuthService::remove_expired() {
  return state_->changed(state_->repository.remove_expired(state_->clock.now()));
}

}  // namespace geond::auth
