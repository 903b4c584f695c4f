// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace geond::tasks {
namespace {

ModelReference read_model(const storage::Statement& row, int first) {
  return {row.id<core::ModelId>(first), row.text(first + 1), row.text(first + 2),
          row.text(first + 3)};
}

/// Not negative, even if the clock was set back meanwhile.
double seconds_between(core::Timestamp from, core::Timestamp to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

Timings read_timings(const storage::Statement& row, const Task& task) {
  Timings timings;
  timings.decode = row.optional_real(19);
  timings.detect = row.optional_real(20);
  timings.classify = row.optional_real(21);
  if (task.started_at) timings.queued = seconds_between(task.queued_at, *task.started_at);
  if (task.finished_at) {
    // The stages are timed by another clock, which nobody sets.
    const double stages =
        timings.decode.value_or(0) + timings.detect.value_or(0) + timings.classify.value_or(0);
    timings.total = std::max(seconds_between(task.queued_at, *task.finished_at), stages);
  }
  return timings;
}

}  // namespace

Task read_task(const storage::Statement& row) {
  Task task;
  task.id = row.id<core::TaskId>(0);
  task.owner = row.id<core::UserId>(1);
  task.status = static_cast<TaskStatus>(row.integer(2));
  task.created_at = row.time(3);
  task.queued_at = row.time(4);
  task.started_at = row.optional_time(5);
  task.finished_at = row.optional_time(6);
  task.attempt = static_cast<int>(row.integer(7));
  task.crashes = static_cast<int>(row.integer(8));
  task.detector = read_model(row, 9);
  task.classifier = read_model(row, 13);
  task.threshold = row.real(17);
  task.note = row.text(18);
  task.timings = read_timings(row, task);
  task.scene = row.optional_text(22);
  task.scene_probability = row.optional_real(23);
  if (!row.is_null(24)) task.error = TaskError{row.text(24), row.text(25)};
  task.input.sha256 = row.text(26);
  task.input.size = row.integer(27);
  task.input.content_type = row.text(28);
  task.input.width = static_cast<int>(row.integer(29));
  task.input.height = static_cast<int>(row.integer(30));
  task.input.file_name = row.text(31);
  task.request_id = row.text(32);
  return task;
}

std::optional<Task> find_task(storage::Connection& connection, core::TaskId id) {
  static const std::string sql =
      fmt::format("SELECT {} FROM tasks AS t {} WHERE t.id = ?", kTaskColumns, kTaskJoin);
  storage::Statement row = connection.prepare(sql);
  if (!row.bind(id).step()) return std::nullopt;
  return read_task(row);
}

core::Result<Task> find_task(storage::Connection& connection, core::UserId owner, core::TaskId id) {
  static const std::string sql = fmt::format(
      "SELECT {} FROM tasks AS t {} WHERE t.id = ? AND t.owner_id = ?", kTaskColumns, kTaskJoin);
  storage::Statement row = connection.prepare(sql);
  if (!row.bind(id, owner).step()) return task_not_found(std::to_string(id.value));
  return read_task(row);
}

core::Timestamp newest_queued_at(storage::Connection& connection, core::UserId owner) {
  storage::Statement row = connection.prepare(
      "SELECT max(queued_at) FROM tasks INDEXED BY tasks_queued "
      "WHERE status = 1 AND crashes = 0 AND owner_id = ?");
  row.bind(owner).step();
  return row.optional_time(0).value_or(core::Timestamp());
}

std::vector<std::string> find_pictures(storage::Connection& connection, core::TaskId id) {
  std::vector<std::string> pictures;
  storage::Statement row =
      connection.prepare("SELECT sha256 FROM task_inputs WHERE task_id = ? ORDER BY position");
  row.bind(id);
  while (row.step()) pictures.push_back(row.text(0));
  return pictures;
}

}  // namespace geond::tasks
