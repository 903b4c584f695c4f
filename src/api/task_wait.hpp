// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "call.hpp"
#include "geond/core/ids.hpp"
#include "geond/http/context.hpp"
#include "geond/http/task.hpp"
#include "geond/pipeline/notifier.hpp"

namespace geond::api {

/// Waits for the caller's tasks to end. Made before the tasks are, so that no ending is missed.
class TaskWaiter {
 public:
  explicit TaskWaiter(const Call& call);

  /// Returns when all of the tasks have ended or were removed, when the time is over, or when
  /// there is no point in waiting any more (the caller's access has ended, the client is gone or
  /// sends no more, the server is stopping, memory lacked to note an ending).
  http::Task<void> wait_for(std::vector<core::TaskId> tasks, std::chrono::milliseconds timeout);

 private:
  struct Endings {
    /// That a task has ended or, if `is_access`, that the caller's access changed.
    void note(core::TaskId task, bool is_access) noexcept;

    std::mutex mutex;
    std::unordered_set<core::TaskId> ended;  // guarded by mutex
    bool access_changed = false;             // guarded by mutex
    bool has_missed_some = false;            // guarded by mutex; for want of memory
    std::shared_ptr<http::Event> event;
  };

  http::Task<bool> is_welcome();

  Call call_;
  std::shared_ptr<Endings> endings_;
  pipeline::Notifier::Subscription subscription_;
};

}  // namespace geond::api
