// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "geond/pipeline/pipeline.hpp"

namespace geond::pipeline {

/// What tasks came to, counted since the start of the process and told to whoever counts as well.
/// Thread-safe, once observe() is done.
class WorkStatistics {
 public:
  /// Who is told of tasks that end. Set before the first.
  void observe(std::function<void(const WorkRecord&)> observer) { observer_ = std::move(observer); }

  /// A worker has done a task in so many seconds.
  void count_done(double seconds) {
    ++done_;
    // Workers that end at the same moment may overwrite each other: it is an estimate.
    mean_task_seconds_ = mean_task_seconds_ + kWeight * (seconds - mean_task_seconds_);
  }

  /// A worker's task has failed.
  void count_failed() { ++failed_; }

  /// Tells the observer of a task that ended, at a worker's or elsewhere.
  void tell_ended(const WorkRecord& record) const {
    if (observer_) observer_(record);
  }

  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }

  /// Seconds of work that a task takes lately; a guess until the first.
  double mean_task_seconds() const { return mean_task_seconds_; }

 private:
  static constexpr double kWeight = 0.1;  ///< Of the newest task.

  std::function<void(const WorkRecord&)> observer_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<double> mean_task_seconds_{0.2};
};

}  // namespace geond::pipeline
