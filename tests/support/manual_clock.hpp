// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>

#include "geond/core/clock.hpp"

namespace geond::support {

/// A clock that stands still until a test moves it. Thread-safe.
class ManualClock final : public core::Clock {
 public:
  explicit ManualClock(core::Timestamp start = core::Timestamp{std::chrono::days(20'000)})
      : microseconds_(start.time_since_epoch().count()) {}

  core::Timestamp now() const override {
    return core::Timestamp{std::chrono::microseconds(microseconds_.load())};
  }
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point{
        std::chrono::microseconds(microseconds_.load() - set_by_.load())};
  }
  void advance(std::chrono::microseconds by) { microseconds_ += by.count(); }
  /// As if somebody set the computer's clock: the steady one does not notice.
  void set_by(std::chrono::microseconds by) {
    set_by_ += by.count();
    microseconds_ += by.count();
  }

 private:
  std::atomic<std::int64_t> microseconds_;
  std::atomic<std::int64_t> set_by_ = 0;  ///< What of it the steady clock has not seen.
};

}  // namespace geond::support
