// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/storage/connection.hpp"
#include "geond/tasks/task.hpp"

namespace geond::tasks {

/// What read_task() reads, in its order, from tasks AS t and kTaskJoin.
inline constexpr const char* kTaskColumns =
    "t.id, t.owner_id, t.status, t.created_at, t.queued_at, t.started_at, t.finished_at, "
    "t.attempt, t.crashes, t.detector_id, t.detector_name, t.detector_version, "
    "t.detector_sha256, t.classifier_id, t.classifier_name, t.classifier_version, "
    "t.classifier_sha256, t.threshold, t.note, t.decode_seconds, t.detect_seconds, "
    "t.classify_seconds, t.scene, t.scene_probability, t.error_code, t.error_detail, "
    "i.sha256, i.size, i.content_type, i.width, i.height, i.file_name, "
    "t.request_id";

/// The task and its (first) picture.
inline constexpr const char* kTaskJoin =
    " JOIN task_inputs AS i ON i.task_id = t.id AND i.position = 0 ";

Task read_task(const storage::Statement& row);

/// A task whoever owns it; nothing if it does not exist.
std::optional<Task> find_task(storage::Connection& connection, core::TaskId id);

/// Errors: not_found `task_not_found`, also if it is somebody else's.
core::Result<Task> find_task(storage::Connection& connection, core::UserId owner, core::TaskId id);

/// When the last of the owner's queued tasks was queued; the epoch if none waits. A task queued now
/// takes no earlier time, or it would go before them when the clock has been set back.
core::Timestamp newest_queued_at(storage::Connection& connection, core::UserId owner);

/// The SHA-256 of all pictures of a task.
std::vector<std::string> find_pictures(storage::Connection& connection, core::TaskId id);

}  // namespace geond::tasks
