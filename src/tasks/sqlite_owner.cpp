// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {

using core::Error;
using core::ErrorKind;
using storage::Connection;
using storage::WriteContext;

namespace {

/// The loaded model of the name that a task was handed in for. Errors: conflict
/// `model_unavailable`.
core::Result<ModelReference> model_now(const ModelReference& wanted,
                                       std::span<const ModelReference> loaded) {
  const auto found = std::ranges::find(loaded, wanted.name, &ModelReference::name);
  if (found != loaded.end()) return *found;
  return model_unavailable(wanted);
}

}  // namespace

core::Result<TaskChange> SqliteTaskRepository::cancel_in(WriteContext& context, core::UserId owner,
                                                         core::TaskId id) {
  Connection& connection = context.connection();
  const auto before = find_task(connection, owner, id);
  if (!before) return before.error();
  if (is_finished(before->status)) {
    return Error(ErrorKind::conflict, "task_finished",
                 fmt::format("Task {} is {} already, so there is nothing to cancel.", id.value,
                             to_string(before->status)));
  }
  connection
      .prepare(
          "UPDATE tasks SET status = 5, finished_at = ?, boot_id = NULL "
          "WHERE id = ? AND owner_id = ? AND status IN (1, 2)")
      .bind(clock_.now(), id, owner)
      .run();
  return TaskChange{*find_task(connection, id), before->status};
}

core::Result<SqliteTaskRepository::Retriable> SqliteTaskRepository::find_retriable(
    Connection& connection, core::UserId owner, core::TaskId id,
    std::span<const ModelReference> loaded) const {
  auto before = find_task(connection, owner, id);
  if (!before) return before.error();
  if (!is_finished(before->status)) {
    return Error(ErrorKind::conflict, "task_not_finished",
                 fmt::format("Task {} is {}: it can be tried again when it has ended.", id.value,
                             to_string(before->status)));
  }
  if (const auto there = blobs_.check_there(before->input.sha256); !there) {
    if (there.error().kind() != ErrorKind::not_found) return there.error();
    return input_missing(ErrorKind::conflict);
  }
  auto detector = model_now(before->detector, loaded);
  if (!detector) return detector.error();
  auto classifier = model_now(before->classifier, loaded);
  if (!classifier) return classifier.error();
  return Retriable{*std::move(before), *std::move(detector), *std::move(classifier)};
}

TaskChange SqliteTaskRepository::queue_again(Connection& connection,
                                             const Retriable& wanted) const {
  const core::TaskId id = wanted.task.id;
  // To the end of the queue, whatever the clock says.
  const core::Timestamp last = newest_queued_at(connection, wanted.task.owner);
  connection.prepare("DELETE FROM results WHERE task_id = ?").bind(id).run();
  connection.prepare("DELETE FROM task_classes WHERE task_id = ?").bind(id).run();
  connection
      .prepare(
          "UPDATE tasks SET status = 1, queued_at = ?, started_at = NULL, finished_at = NULL, "
          "crashes = 0, suspect_since = NULL, decode_seconds = NULL, detect_seconds = NULL, "
          "classify_seconds = NULL, scene = NULL, scene_probability = NULL, error_code = NULL, "
          "error_detail = NULL, detector_version = ?, detector_sha256 = ?, "
          "classifier_version = ?, classifier_sha256 = ? "
          "WHERE id = ? AND owner_id = ? AND status IN (3, 4, 5)")
      .bind(std::max(clock_.now(), last + std::chrono::microseconds(1)), wanted.detector.version,
            wanted.detector.sha256, wanted.classifier.version, wanted.classifier.sha256, id,
            wanted.task.owner)
      .run();
  return TaskChange{*find_task(connection, id), wanted.task.status};
}

core::Result<TaskChange> SqliteTaskRepository::retry_in(WriteContext& context, core::UserId owner,
                                                        core::TaskId id,
                                                        std::span<const ModelReference> loaded,
                                                        RetryRoom& room) {
  const auto wanted = find_retriable(context.connection(), owner, id, loaded);
  if (!wanted) return wanted.error();
  if (room.places == 0) return room.lack.value();
  --room.places;
  TaskChange change = queue_again(context.connection(), *wanted);
  tell_queued(context, {change.task});
  return change;
}

core::Result<TaskChange> SqliteTaskRepository::remove_in(WriteContext& context, core::UserId owner,
                                                         core::TaskId id,
                                                         std::vector<std::string>& pictures) {
  Connection& connection = context.connection();
  auto before = find_task(connection, owner, id);
  if (!before) return before.error();
  std::ranges::move(find_pictures(connection, id), std::back_inserter(pictures));
  connection.prepare("DELETE FROM tasks WHERE id = ? AND owner_id = ?").bind(id, owner).run();
  const TaskStatus status = before->status;
  return TaskChange{std::move(*before), status};
}

core::Result<TaskChange> SqliteTaskRepository::act(WriteContext& context, BulkAction action,
                                                   core::UserId owner, core::TaskId id,
                                                   Bulk& bulk) {
  switch (action) {
    case BulkAction::remove:
      return remove_in(context, owner, id, bulk.pictures);
    case BulkAction::retry:
      return retry_in(context, owner, id, bulk.loaded, bulk.room);
    case BulkAction::cancel:
      return cancel_in(context, owner, id);
  }
  return Error(ErrorKind::internal, "unknown_action", "There is no such action.");
}

core::Result<TaskChange> SqliteTaskRepository::cancel(core::UserId owner, core::TaskId id) {
  return database_.write([&](WriteContext& context) { return cancel_in(context, owner, id); });
}

core::Result<TaskChange> SqliteTaskRepository::retry(core::UserId owner, core::TaskId id,
                                                     std::span<const ModelReference> loaded) {
  return database_.write([&](WriteContext& context) {
    RetryRoom room{1, std::nullopt};
    return retry_in(context, owner, id, loaded, room);
  });
}

core::Result<TaskChange> SqliteTaskRepository::remove(core::UserId owner, core::TaskId id) {
  return database_.write([&](WriteContext& context) {
    std::vector<std::string> pictures;
    auto change = remove_in(context, owner, id, pictures);
    for (const std::string& sha256 : pictures) blobs_.remove_if_unreferenced(sha256, context);
    return change;
  });
}

core::Result<Task> SqliteTaskRepository::set_note(core::UserId owner, core::TaskId id,
                                                  std::string_view note) {
  return database_.write([&](WriteContext& context) -> core::Result<Task> {
    context.connection()
        .prepare("UPDATE tasks SET note = ? WHERE id = ? AND owner_id = ?")
        .bind(note, id, owner)
        .run();
    return find_task(context.connection(), owner, id);
  });
}

core::Result<std::vector<BulkItem>> SqliteTaskRepository::bulk(
    core::UserId owner, BulkAction action, std::span<const core::TaskId> ids,
    std::span<const ModelReference> loaded, const RetryRoom& room) {
  Bulk bulk;
  auto answer = database_.write([&](WriteContext& context) -> core::Result<std::vector<BulkItem>> {
    std::vector<BulkItem> items;
    bulk = {loaded, room, {}};
    std::set<core::TaskId> seen;
    for (const core::TaskId id : ids) {
      if (!seen.insert(id).second) continue;
      // An action looks before it writes, so one that fails has changed nothing.
      auto change = act(context, action, owner, id, bulk);
      if (change) {
        items.push_back({id, std::move(*change), std::nullopt});
      } else {
        items.push_back({id, std::nullopt, change.error()});
      }
    }
    return items;
  });
  // What a failure leaves is swept later.
  if (answer) static_cast<void>(blobs_.remove_unreferenced(bulk.pictures));
  return answer;
}

}  // namespace geond::tasks
