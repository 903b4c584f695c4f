// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>

#include "rules.hpp"
#include "state.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

/// An account's bucket for one address. Only of accounts that there are, whose names have no line
/// feed in them.
std::string familiar_bucket(const std::string& account, const std::string& address) {
  return account + '\n' + address;
}

}  // namespace

core::Error too_many_attempts() {
  return Error(ErrorKind::too_many_requests, "too_many_attempts",
               "Too many attempts. Wait a little, then try again.");
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

}  // namespace geond::auth
