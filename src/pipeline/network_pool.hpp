// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "network_cache.hpp"

namespace geond::pipeline {

/// Networks for predictions without a task: as many caches as predictions may run at once, each
/// lent to one thread at a time. Thread-safe.
class NetworkPool {
 public:
  explicit NetworkPool(int size) {
    for (int cache = 0; cache < size; ++cache) free_.push_back(std::make_unique<NetworkCache>());
  }

  /// A borrowed cache that goes back with the object.
  class Loan {
   public:
    Loan(NetworkPool* pool, std::unique_ptr<NetworkCache> cache)
        : pool_(pool), cache_(std::move(cache)) {}
    ~Loan() {
      if (cache_) pool_->give_back(std::move(cache_));
    }
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;

    NetworkCache* operator->() const { return cache_.get(); }

   private:
    NetworkPool* pool_;
    std::unique_ptr<NetworkCache> cache_;
  };

  /// Waits for a free cache. Errors: unavailable `predictions_busy`.
  core::Result<Loan> borrow(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, patience, [this] { return !free_.empty(); })) {
      return core::Error(core::ErrorKind::unavailable, "predictions_busy",
                         "Too many predictions run at the moment: try again, or make a task.");
    }
    Loan loan(this, std::move(free_.back()));
    free_.pop_back();
    return loan;
  }

 private:
  void give_back(std::unique_ptr<NetworkCache> cache) {
    {
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(cache));
    }
    returned_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<NetworkCache>> free_;  // guarded by mutex_
};

}  // namespace geond::pipeline
