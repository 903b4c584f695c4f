#pragma once

#include <chrono>
#include <mutex>

namespace geond::pipeline {

/// How long tasks take lately: an exponentially weighted mean of the work a task needs, from which
/// waiting times are foretold. Thread-safe.
class Throughput {
 public:
  explicit Throughput(int workers) : workers_(workers) {}

  /// A task was finished after `seconds` of work.
  void record(double seconds) {
    const std::lock_guard lock(mutex_);
    mean_seconds_ += kWeight * (seconds - mean_seconds_);
  }

  /// Seconds until a task with `position - 1` tasks before it in the queue is likely to be done.
  double eta_seconds(std::size_t position) const {
    const std::lock_guard lock(mutex_);
    return mean_seconds_ * (1.0 + static_cast<double>(position) / workers_);
  }

  /// Seconds of work a task.
  double mean_seconds() const {
    const std::lock_guard lock(mutex_);
    return mean_seconds_;
  }

 private:
  static constexpr double kWeight = 0.1;

  const int workers_;
  mutable std::mutex mutex_;
  double mean_seconds_ = 0.2;  // guarded by mutex_; before the first task, a guess
};

}  // namespace geond::pipeline
