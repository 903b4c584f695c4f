// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"
#include "rendering_state.hpp"

namespace geond::api {

/// Runs what makes or compares a password's hash as Context::run_blocking() does, when it is its
/// turn: the hashes of many sign-ins would hold all threads of the pool. `function` is a local of
/// the handler. Errors: those of `function`, of run_blocking() and of Gate::enter() (unavailable
/// `sign_in_busy`).
template <class Function>
auto run_hashing(Call call, Function& function) -> decltype(call.context.run_blocking(function)) {
  const auto pass = co_await call.services.rendering.state().password_hashes.enter(call.context);
  if (!pass) co_return pass.error();
  co_return co_await call.context.run_blocking(function);
}

}  // namespace geond::api
