// SPDX-License-Identifier: MIT
#include "blocking_pool.hpp"

#include <algorithm>
#include <utility>

namespace geond::http {

BlockingPool::BlockingPool(unsigned threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  for (unsigned index = 0; index < std::max(threads, 1U); ++index) {
    threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  }
}

BlockingPool::~BlockingPool() {
  stop();
}

void BlockingPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

bool BlockingPool::try_run(std::function<void()> job, Bound bound) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_full = bound == Bound::queue && waiting_.size() >= max_waiting_;
    if (is_stopping_ || is_full) return false;
    waiting_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void BlockingPool::work(const std::stop_token& stop) {
  while (true) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      job = std::move(waiting_.front());
      waiting_.pop_front();
    }
    job();
  }
}

}  // namespace geond::http
