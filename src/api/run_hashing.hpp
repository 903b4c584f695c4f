// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "geond/auth/address_bucket.hpp"
#include "rendering_state.hpp"

namespace geond::api {

/// The line at a gate of those who come from an address: of one IPv6 network, as elsewhere, one.
inline std::int64_t line_of(std::string_view address) {
  return static_cast<std::int64_t>(std::hash<std::string>{}(auth::address_bucket(address)));
}

/// Runs what makes or compares a password's hash as Context::run_blocking() does, when it is its
/// turn: the hashes of many sign-ins would hold all threads of the pool. Addresses take turns, so
/// that who signs in again and again keeps nobody elsewhere waiting. `function` is a local of
/// the handler. Errors: those of `function`, of run_blocking() and of Gate::enter() (unavailable
/// `sign_in_busy`).
template <class Function>
auto run_hashing(Call call, Function& function) -> decltype(call.context.run_blocking(function)) {
  const auto pass = co_await call.services.rendering.state().password_hashes.enter(
      call.context, line_of(call.request.remote_address));
  if (!pass) co_return pass.error();
  co_return co_await call.context.run_blocking(function);
}

}  // namespace geond::api
