// SPDX-License-Identifier: MIT
#pragma once

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

  /// Begins nothing more. Returns at once.
  void request_stop() { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop);
  void every_minute();
  void every_hour(const std::stop_token& stop);

  Stores& stores_;
  tasks::TaskRepository& tasks_;
  pipeline::Pipeline& pipeline_;
  const core::Logger logger_;
  std::jthread thread_;
};

}  // namespace geond::app
