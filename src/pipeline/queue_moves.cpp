// SPDX-License-Identifier: MIT
#include "queue_moves.hpp"

#include <chrono>
#include <exception>
#include <utility>

namespace geond::pipeline {
namespace {

constexpr std::int64_t kLeastMilliseconds = 250;

}  // namespace

QueueMoves::QueueMoves(Notifier& notifier, const core::Clock& clock, core::Logger logger)
    : notifier_(notifier), clock_(clock), logger_(std::move(logger)) {}

void QueueMoves::add() {
  is_untold_ = true;
  tell();
}

void QueueMoves::add_wanted() {
  is_untold_ = true;
  tell_rest();
}

void QueueMoves::tell() {
  if (!is_untold_) return;
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now().time_since_epoch())
          .count();
  std::int64_t before = last_told_.load();
  if (now - before < kLeastMilliseconds && before != 0) return;
  // Of several threads that get here one tells.
  if (!last_told_.compare_exchange_strong(before, now)) return;
  publish();
}

void QueueMoves::tell_rest() {
  if (is_untold_.exchange(false)) publish();
}

void QueueMoves::publish() {
  is_untold_ = false;  // Before it is told: what moves meanwhile is told again.
  try {
    notifier_.publish_queue_moved();
  } catch (const std::exception& fault) {
    is_untold_ = true;
    logger_.fault("that the queue moved was not told", fault);
  }
}

}  // namespace geond::pipeline
