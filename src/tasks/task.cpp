// SPDX-License-Identifier: MIT
#include "geond/tasks/task.hpp"

#include <fmt/format.h>

namespace geond::tasks {

std::string_view to_string(TaskStatus status) {
  switch (status) {
    case TaskStatus::queued:
      return "queued";
    case TaskStatus::in_progress:
      return "in progress";
    case TaskStatus::done:
      return "done";
    case TaskStatus::failed:
      return "failed";
    case TaskStatus::cancelled:
      return "cancelled";
  }
  return "unknown";
}

core::Result<TaskStatus> parse_status(std::string_view name) {
  for (const TaskStatus status : kAllStatuses) {
    if (to_string(status) == name) return status;
  }
  return core::Error(core::ErrorKind::invalid_argument, "unknown_status",
                     fmt::format("'{}' is no status; there are queued, in progress, done, failed "
                                 "and cancelled.",
                                 name.substr(0, 64)));
}

bool is_finished(TaskStatus status) {
  return status != TaskStatus::queued && status != TaskStatus::in_progress;
}

core::Error task_not_found(std::string_view id) {
  return core::Error(core::ErrorKind::not_found, "task_not_found",
                     fmt::format("Task with id {} does not exist.", id));
}

core::Error input_missing(core::ErrorKind kind) {
  return core::Error(kind, "input_missing", "The picture is no longer there: send it again.");
}

core::Error model_unavailable(const ModelReference& model) {
  return core::Error(
      core::ErrorKind::conflict, "model_unavailable",
      fmt::format("The model {} {} that this task was made for is no longer loaded. Send the "
                  "picture again to have it worked on by a model that is.",
                  model.name, model.version));
}

core::Error not_done(const Task& task) {
  return core::Error(
      core::ErrorKind::conflict, "task_not_done",
      fmt::format("The task is {}; {}.", to_string(task.status),
                  is_finished(task.status) ? "it has no result, but it can be retried"
                                           : "its result is there when it is done"));
}

}  // namespace geond::tasks
