// SPDX-License-Identifier: MIT
#include "maintenance.hpp"

#include <malloc.h>

#include <chrono>
#include <exception>
#include <utility>

namespace geond::app {
namespace {

/// A blob is older than this before it counts as left over: its task may be about to be made.
constexpr std::chrono::hours kOrphanAge{1};
constexpr int kMinutesAnHour = 60;
constexpr int kMinutesADay = 24 * kMinutesAnHour;

}  // namespace

Maintenance::Maintenance(Stores& stores, Upkeep upkeep, core::Logger logger)
    : stores_(stores),
      upkeep_(std::move(upkeep)),
      logger_(std::move(logger)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Maintenance::sweep_soon() {
  const std::lock_guard lock(mutex_);
  is_sweep_wanted_ = true;
  wanted_.notify_one();
}

void Maintenance::run(const std::stop_token& stop) {
  // What is found is logged, and writes are refused, by the database itself.
  attempt([&] { static_cast<void>(stores_.database->quick_check(stop)); });
  for (int minute = 0; !stop.stop_requested(); ++minute) {
    every_minute();
    if (minute % kMinutesAnHour == 0) every_hour(stop);
    // The start has looked itself.
    if (minute > 0 && minute % kMinutesADay == 0) attempt(upkeep_.warn_of_certificate);
    rest(stop);
  }
}

void Maintenance::attempt(const std::function<void()>& step) noexcept {
  try {
    step();
  } catch (const std::exception& fault) {
    logger_.fault("a step of the maintenance met a fault, and the others go on", fault);
  }
}

/// A minute, in which it is there for whoever asks.
void Maintenance::rest(const std::stop_token& stop) {
  const auto end = stores_.clock.steady_now() + std::chrono::minutes(1);
  std::unique_lock lock(mutex_);
  while (wanted_.wait_until(lock, stop, end, [this] { return is_sweep_wanted_; })) {
    is_sweep_wanted_ = false;
    lock.unlock();
    attempt([&] { sweep(stores_.clock.now(), stop); });
    lock.lock();
  }
}

void Maintenance::every_minute() {
  // What is found is logged, and writes are refused, by the database itself.
  attempt([this] { static_cast<void>(stores_.database->check_in_place()); });
  attempt([this] {
    const auto kept = stores_.disk->ensure_reserve();
    if (kept) return;
    logger_.warning(
        stores_.disk->is_reserve_denied() ? "pictures are refused" : "the disk is nearly full",
        {{"available", stores_.disk->available()}, {"why", kept.error().detail()}});
  });
  attempt(upkeep_.recount);
#ifdef __GLIBC__
  // Else what a burst of uploads took stays with the process: measured, 600 MiB where 80 are used.
  ::malloc_trim(0);
#endif
}

void Maintenance::every_hour(const std::stop_token& stop) {
  attempt([&] { sweep(stores_.clock.now() - kOrphanAge, stop); });
  if (stop.stop_requested()) return;
  attempt([this] {
    tell_failure("could not look for missing pictures", upkeep_.fail_missing_inputs());
  });
  if (stop.stop_requested()) return;
  attempt([this] {
    const auto removed = stores_.auth->remove_expired();
    if (!removed) tell_failure("could not remove what of sign-ins has expired", removed.error());
  });
  attempt([this] {
    tell_failure("could not remove expired idempotency keys", upkeep_.remove_expired_keys());
  });
}

void Maintenance::tell_failure(std::string_view what, const core::Result<void>& done) const {
  if (!done) logger_.warning(what, {{"code", done.error().code()}});
}

void Maintenance::sweep(core::Timestamp older_than, const std::stop_token& stop) {
  const auto swept = stores_.blobs->sweep(older_than, stop);
  if (!swept && !stop.stop_requested()) {
    logger_.warning("could not look for orphaned pictures", {{"code", swept.error().code()}});
  }
}

}  // namespace geond::app
