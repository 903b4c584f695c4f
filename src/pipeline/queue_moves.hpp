// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/pipeline/notifier.hpp"

namespace geond::pipeline {

/// Tells listeners that places in the queue have changed, though not of each task that leaves it:
/// at most every 250 ms, and what was held back when the workers have nothing more to do. Never
/// throws, since who calls holds a claim: a fault is logged, and that move counts as not told yet.
/// Thread-safe.
class QueueMoves {
 public:
  /// `notifier` and `clock` must outlive it.
  QueueMoves(Notifier& notifier, const core::Clock& clock, core::Logger logger);

  /// A task has left the queue: told now, or by a later call if one was told just now.
  void add();

  /// Tasks have left the queue because somebody wanted it so: told at once, however short ago some
  /// was, since nobody may claim for long.
  void add_wanted();

  /// Tells what is not told yet, unless some was told just now.
  void tell();

  /// Tells what is not told yet, however short ago some was.
  void tell_rest();

 private:
  void publish();

  Notifier& notifier_;
  const core::Clock& clock_;
  const core::Logger logger_;
  std::atomic<std::int64_t> last_told_{0};  ///< Steady milliseconds; 0: never.
  std::atomic<bool> is_untold_{false};
};

}  // namespace geond::pipeline
