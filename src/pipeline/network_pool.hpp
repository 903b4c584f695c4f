// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "network_cache.hpp"

namespace geond::pipeline {

/// Networks for predictions without a task: as many caches as predictions have run at once, which
/// whoever calls for them has to bound, each lent to one thread at a time. Thread-safe.
class NetworkPool {
 public:
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

  /// A free cache, or a new one.
  Loan borrow() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
      // Room for its return, which happens in a destructor.
      free_.reserve(made_ + 1);
      auto cache = std::make_unique<NetworkCache>();
      ++made_;
      return {this, std::move(cache)};
    }
    Loan loan(this, std::move(free_.back()));
    free_.pop_back();
    return loan;
  }

 private:
  void give_back(std::unique_ptr<NetworkCache> cache) noexcept {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(cache));
  }

  std::mutex mutex_;
  std::size_t made_ = 0;                             // guarded by mutex_
  std::vector<std::unique_ptr<NetworkCache>> free_;  // guarded by mutex_
};

}  // namespace geond::pipeline
