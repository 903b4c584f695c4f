// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace geond::pipeline {

/// Lets threads wait, each by itself. To be made beforehand: a condition variable allocates, while
/// sleep() does not, so that there is a way to wait for memory, too. Thread-safe.
class Sleeper {
 public:
  /// Waits that long, or until the stop.
  void sleep(std::chrono::milliseconds time, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, time, [] { return false; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any stopped_;  ///< Never notified: stop tokens end the waits.
};

/// The pauses between attempts at what is lacking for the moment: each twice as long as the one
/// before. For one thread.
class Backoff {
 public:
  static constexpr std::chrono::milliseconds kFirst{100};
  static constexpr std::chrono::milliseconds kLongest{5000};

  /// How long to wait now.
  std::chrono::milliseconds next() { return std::exchange(pause_, std::min(2 * pause_, kLongest)); }

 private:
  std::chrono::milliseconds pause_ = kFirst;
};

}  // namespace geond::pipeline
