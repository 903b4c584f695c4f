// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "geond/core/ids.hpp"
#include "geond/http/context.hpp"
#include "geond/http/task.hpp"
#include "geond/pipeline/notifier.hpp"

namespace geond::api {

/// Waits for tasks to end. Made before the tasks are, so that no ending is missed.
class TaskWaiter {
 public:
  TaskWaiter(pipeline::Notifier& notifier, core::UserId user, http::Context& context);

  /// Returns when all of the tasks have ended or were removed, when the time is over, or when
  /// there is no point in waiting any more (the client is gone, the server is stopping).
  http::Task<void> wait_for(std::vector<core::TaskId> tasks, std::chrono::milliseconds timeout);

 private:
  struct Endings {
    std::mutex mutex;
    std::unordered_set<core::TaskId> ended;  // guarded by mutex
    std::shared_ptr<http::Event> event;
  };

  std::shared_ptr<Endings> endings_;
  pipeline::Notifier::Subscription subscription_;
};

}  // namespace geond::api
