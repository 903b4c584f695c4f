// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "geond/api/services.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"
#include "geond/tasks/repository.hpp"
#include "geond/tasks/task.hpp"

namespace geond::api {

/// What a client is shown of a task.
struct TaskView {
  tasks::Task task;
  std::optional<std::int64_t> queue_position;  ///< Among everybody's; 1 is the next to start.
  std::optional<double> eta_seconds;           ///< Until it is done; an estimate.
  std::optional<tasks::Outcome> outcome;       ///< Set if asked for and done.
};

using tasks::TaskDetail;

/// Where one of a user's queued tasks stands.
struct QueuedPosition {
  core::TaskId task;
  std::int64_t position = 0;
  std::optional<double> eta_seconds;
};

// All of these read the database.

/// Errors: not_found `task_not_found`.
core::Result<TaskView> view_task(const Services& services, core::UserId user, core::TaskId id,
                                 TaskDetail detail);

/// The tasks as they are at one moment; nothing for those that are not there.
core::Result<std::vector<std::optional<TaskView>>> view_tasks(const Services& services,
                                                              core::UserId user,
                                                              std::span<const core::TaskId> ids,
                                                              TaskDetail detail);

/// Adds to a task that has just been changed what stands elsewhere.
core::Result<TaskView> complete(const Services& services, tasks::Task task);

/// A page of a list, with the positions of those that are queued.
core::Result<std::vector<TaskView>> complete_all(const Services& services, core::UserId user,
                                                 std::vector<tasks::Task> tasks);

/// The user's queued tasks in the order they will start; at most `limit`.
core::Result<std::vector<QueuedPosition>> queued_positions(const Services& services,
                                                           core::UserId user, int limit);

/// A model as tasks and predictions name it.
nlohmann::json to_json(const tasks::ModelReference& model);

/// The task's document; `result` is in it if the outcome is there.
nlohmann::json to_json(const TaskView& view);

/// The outcome's document at the threshold that it was made with.
nlohmann::json to_json(const tasks::Outcome& outcome);

}  // namespace geond::api
