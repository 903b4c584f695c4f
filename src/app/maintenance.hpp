// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "geond/core/log.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "geond/tasks/repository.hpp"
#include "stores.hpp"

namespace geond::app {

/// The thread that looks after a running server: checks the database once after the start, keeps
/// the reserve and the count of waiting tasks right, and removes hourly what nothing refers to any
/// more. Ends with the object.
class Maintenance {
 public:
  Maintenance(Stores& stores, tasks::TaskRepository& tasks, pipeline::Pipeline& pipeline,
              core::Logger logger);

  /// Has the pictures removed that nothing refers to, however new: somebody's tasks have gone. Any
  /// thread; returns at once.
  void sweep_soon();

  /// Begins nothing more. Returns at once.
  void request_stop() { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop);
  void every_minute();
  void every_hour(const std::stop_token& stop);
  void rest(const std::stop_token& stop);
  void sweep(core::Timestamp older_than, const std::stop_token& stop);

  Stores& stores_;
  tasks::TaskRepository& tasks_;
  pipeline::Pipeline& pipeline_;
  const core::Logger logger_;
  std::mutex mutex_;
  std::condition_variable_any wanted_;
  bool is_sweep_wanted_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace geond::app
