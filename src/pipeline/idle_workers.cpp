// SPDX-License-Identifier: MIT
#include "idle_workers.hpp"

namespace geond::pipeline {

std::optional<tasks::Claim> IdleWorkers::Shift::take() {
  auto claim = workers_.take_back();
  const bool was_settled = std::exchange(is_settled_, true);
  if (claim) {
    // The promise counted a sleeper off. That was this worker, or another one if this worker's own
    // waking is counted already: then that one still sleeps.
    if (was_settled) ++workers_.idle_;
  } else if (!was_settled) {
    --workers_.idle_;
  }
  return claim;
}

std::optional<IdleWorkers::Promise> IdleWorkers::promise() {
  int idle = idle_.load();
  while (idle > 0) {
    if (idle_.compare_exchange_weak(idle, idle - 1)) return Promise(*this);
  }
  return std::nullopt;
}

void IdleWorkers::hand_over(Promise promise, tasks::Claim claim) {
  const std::lock_guard lock(mutex_);
  handed_over_.push_back(std::move(claim));
  promise.workers_ = nullptr;  // Kept: the worker that takes the claim settles it.
}

std::optional<tasks::Claim> IdleWorkers::take_back() {
  const std::lock_guard lock(mutex_);
  if (handed_over_.empty()) return std::nullopt;
  tasks::Claim claim = std::move(handed_over_.front());
  handed_over_.pop_front();
  return claim;
}

}  // namespace geond::pipeline
