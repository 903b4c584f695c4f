// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace geond::http {

/// Threads that may block, behind a bounded queue. Thread-safe, but for stop().
class BlockingPool {
 public:
  BlockingPool(unsigned threads, std::size_t max_waiting);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// What a job is bound by.
  enum class Bound {
    queue,  ///< Refused if as many wait as may.
    none,   ///< Never refused for that.
  };

  /// False if the queue is full for it or the pool has stopped. `job` must not throw.
  bool try_run(std::function<void()> job, Bound bound = Bound::queue);

  /// Runs what is queued, because coroutines wait for it, and ends the threads. A job may hold the
  /// last reference to a connection, so this comes before its io_context goes. The destructor does
  /// it otherwise.
  void stop();

 private:
  void work(const std::stop_token& stop);

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> waiting_;  // Guarded by mutex_.
  bool is_stopping_ = false;                   // Guarded by mutex_.
  std::vector<std::jthread> threads_;
};

}  // namespace geond::http
