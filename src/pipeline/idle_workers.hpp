// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "geond/tasks/repository.hpp"

namespace geond::pipeline {

/// Knows how many workers sleep without being promised to anybody, and holds the claims that are
/// handed to promised ones until a worker takes them. Thread-safe.
///
/// A promise is of some worker, not of a certain one: whoever wakes first takes the claim, and the
/// count is put right then.
class IdleWorkers {
 public:
  /// A sleeping worker that is kept for a task about to be made, until hand_over() or the end of
  /// this. Must not outlive the IdleWorkers.
  class Promise {
   public:
    explicit Promise(IdleWorkers& workers) : workers_(&workers) {}
    ~Promise() {
      if (workers_ != nullptr) ++workers_->idle_;
    }
    Promise(Promise&& other) noexcept : workers_(std::exchange(other.workers_, nullptr)) {}
    Promise& operator=(Promise&&) = delete;

   private:
    friend class IdleWorkers;
    IdleWorkers* workers_;
  };

  /// The time from a worker's waking until it sleeps again; for its thread alone.
  class Shift {
   public:
    explicit Shift(IdleWorkers& workers) : workers_(workers) {}

    /// A claim that was handed over, to be worked on now; nothing if there is none.
    std::optional<tasks::Claim> take();

   private:
    IdleWorkers& workers_;
    bool is_settled_ = false;  ///< Whether the count knows that this worker is awake.
  };

  /// A worker is about to sleep; when it wakes, its Shift begins.
  void fall_asleep() { ++idle_; }

  /// Promises a worker; nothing if all are awake or promised.
  std::optional<Promise> promise();

  /// Leaves the claim to the promised worker, which somebody has to wake.
  void hand_over(Promise promise, tasks::Claim claim);

  /// A claim that was handed over and that no worker will take any more: for a stop.
  std::optional<tasks::Claim> take_back();

 private:
  std::atomic<int> idle_{0};  ///< Workers that sleep, less the promises.
  std::mutex mutex_;
  std::deque<tasks::Claim> handed_over_;  // guarded by mutex_
};

}  // namespace geond::pipeline
