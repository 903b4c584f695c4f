// SPDX-License-Identifier: MIT
#include "gate.hpp"

#include <chrono>

#include "geond/core/stopping.hpp"

namespace geond::api {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

core::Error Gate::refusal(http::WaitOutcome outcome) const {
  if (outcome == http::WaitOutcome::stopping) return core::stopping();
  if (outcome == http::WaitOutcome::client_gone) {
    return core::Error(core::ErrorKind::unavailable, "client_gone", "The client went away.");
  }
  return busy_;
}

/// A waiter's place in the queue, which ends with the object however the wait ends.
class Gate::Turn {
 public:
  Turn(Gate& gate, std::shared_ptr<Waiter> waiter) : gate_(gate), waiter_(std::move(waiter)) {}
  ~Turn() {
    if (!is_taken_ && gate_.give_up(waiter_)) gate_.leave();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Of a waiter that was admitted, once.
  Pass take() {
    is_taken_ = true;
    return Pass(gate_);
  }

 private:
  Gate& gate_;
  const std::shared_ptr<Waiter> waiter_;
  bool is_taken_ = false;
};

http::Task<core::Result<Gate::Pass>> Gate::enter(http::Context& context, std::int64_t line) {
  const auto waiter = std::make_shared<Waiter>();
  waiter->event = context.make_event();
  waiter->line = line;
  if (take_or_queue(waiter)) co_return Pass(*this);
  Turn turn(*this, waiter);
  while (true) {
    const auto outcome = co_await waiter->event->wait(kPatience);
    if (outcome != http::WaitOutcome::notified) co_return refusal(outcome);
    if (is_admitted(waiter)) co_return turn.take();
  }
}

bool Gate::take_or_queue(const std::shared_ptr<Waiter>& waiter) {
  // Made first: a line that memory lacks for must not stand there empty.
  std::list<std::shared_ptr<Waiter>> waiters{waiter};
  const std::lock_guard lock(mutex_);
  if (free_ > 0) {
    --free_;
    return true;
  }
  auto& others = waiting_[waiter->line];
  others.splice(others.end(), waiters);
  return false;
}

bool Gate::is_admitted(const std::shared_ptr<Waiter>& waiter) {
  const std::lock_guard lock(mutex_);
  return waiter->admitted;
}

bool Gate::give_up(const std::shared_ptr<Waiter>& waiter) noexcept {
  const std::lock_guard lock(mutex_);
  if (const auto line = waiting_.find(waiter->line); line != waiting_.end()) {
    line->second.remove(waiter);
    if (line->second.empty()) waiting_.erase(line);
  }
  return waiter->admitted;
}

std::shared_ptr<Gate::Waiter> Gate::take_next() noexcept {
  auto line = waiting_.upper_bound(last_line_);
  if (line == waiting_.end()) line = waiting_.begin();
  last_line_ = line->first;
  auto next = std::move(line->second.front());
  line->second.pop_front();
  if (line->second.empty()) waiting_.erase(line);
  return next;
}

void Gate::leave() noexcept {
  std::shared_ptr<Waiter> next;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    next = take_next();
    next->admitted = true;  // the place goes from hand to hand
  }
  next->event->notify();
}

}  // namespace geond::api
