// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {
namespace {

using storage::Connection;
using storage::Statement;
using storage::WriteContext;

std::vector<core::TaskId> left_in_progress(Connection& connection, std::string_view boot) {
  std::vector<core::TaskId> ids;
  Statement row = connection.prepare(
      "SELECT id FROM tasks INDEXED BY tasks_running WHERE status = 2 AND boot_id <> ? "
      "ORDER BY id");
  row.bind(boot);
  while (row.step()) ids.push_back(row.id<core::TaskId>(0));
  return ids;
}

void requeue(Connection& connection, core::TaskId id, core::Timestamp now) {
  connection
      .prepare(
          "UPDATE tasks SET status = 1, started_at = NULL, boot_id = NULL, "
          "crashes = crashes + 1, suspect_since = ? WHERE id = ? AND status = 2")
      .bind(now, id)
      .run();
}

void quarantine(Connection& connection, core::TaskId id, core::Timestamp now) {
  connection
      .prepare(
          "UPDATE tasks SET status = 4, finished_at = ?, boot_id = NULL, crashes = crashes + 1, "
          "suspect_since = ?, error_code = 'quarantined', error_detail = ? "
          "WHERE id = ? AND status = 2")
      .bind(now, now,
            fmt::format("The server went down {} times while it worked on this picture, so it is "
                        "not tried again by itself.",
                        kMostCrashes),
            id)
      .run();
}

struct QueuedPicture {
  core::TaskId task;
  TaskStatus status = TaskStatus::queued;
  std::string sha256;
};

std::vector<QueuedPicture> pictures_that_matter(Connection& connection) {
  std::vector<QueuedPicture> pictures;
  Statement row = connection.prepare(
      "SELECT t.id, t.status, i.sha256 FROM task_inputs AS i JOIN tasks AS t ON t.id = i.task_id");
  while (row.step()) {
    pictures.push_back(
        {row.id<core::TaskId>(0), static_cast<TaskStatus>(row.integer(1)), row.text(2)});
  }
  return pictures;
}

}  // namespace

core::Result<Recovery> SqliteTaskRepository::recover(std::string_view boot) {
  auto recovery = database_.write([&](WriteContext& context) -> core::Result<Recovery> {
    Connection& connection = context.connection();
    const core::Timestamp now = clock_.now();
    Recovery done;
    for (const core::TaskId id : left_in_progress(connection, boot)) {
      if (find_task(connection, id)->crashes + 1 >= kMostCrashes) {
        quarantine(connection, id, now);
        done.quarantined.push_back(*find_task(connection, id));
      } else {
        requeue(connection, id, now);
        done.requeued.push_back(*find_task(connection, id));
      }
    }
    Statement queued = connection.prepare(
        "SELECT (SELECT count(*) FROM tasks INDEXED BY tasks_queued WHERE status = 1 AND "
        "crashes = 0) + (SELECT count(*) FROM tasks INDEXED BY tasks_suspect WHERE status = 1 AND "
        "crashes > 0)");
    queued.step();
    done.queued = queued.integer(0);
    return done;
  });
  if (!recovery) return recovery;
  for (const Task& task : recovery->requeued) {
    logger_.warning(
        "queued again what the last process died under",
        {{"task", task.id.value}, {"crashes", task.crashes}, {"request_id", task.request_id}});
  }
  for (const Task& task : recovery->quarantined) {
    logger_.error(
        "quarantined a task",
        {{"task", task.id.value}, {"crashes", task.crashes}, {"request_id", task.request_id}});
  }
  return recovery;
}

core::Result<MissingInputs> SqliteTaskRepository::fail_missing_inputs() {
  std::vector<QueuedPicture> missing;
  // Looked for outside the writer: a picture whose row is visible here is in its place already.
  const auto looked = database_.read([&](Connection& connection) -> core::Result<void> {
    for (QueuedPicture& picture : pictures_that_matter(connection)) {
      if (!blobs_.exists(picture.sha256)) missing.push_back(std::move(picture));
    }
    return core::ok();
  });
  if (!looked) return looked.error();
  auto report = database_.write([&](WriteContext& context) -> core::Result<MissingInputs> {
    Connection& connection = context.connection();
    MissingInputs done;
    for (const QueuedPicture& picture : missing) {
      if (blobs_.exists(picture.sha256)) continue;
      const int changed =
          connection
              .prepare(
                  "UPDATE tasks SET status = 4, finished_at = ?, error_code = 'input_missing', "
                  "error_detail = 'The picture is no longer there: send it again.' "
                  "WHERE id = ? AND status = 1")
              .bind(clock_.now(), picture.task)
              .run();
      if (changed == 1) {
        done.failed.push_back(*find_task(connection, picture.task));
      } else if (is_finished(picture.status)) {
        ++done.finished_without;
      }
    }
    return done;
  });
  if (report && !missing.empty()) {
    logger_.error("pictures are missing", {{"tasks", static_cast<std::uint64_t>(missing.size())}});
  }
  return report;
}

core::Result<std::int64_t> SqliteTaskRepository::remove_expired_keys() {
  return database_.write([&](WriteContext& context) -> core::Result<std::int64_t> {
    return context.connection()
        .prepare("DELETE FROM idempotency_keys WHERE expires_at <= ?")
        .bind(clock_.now())
        .run();
  });
}

}  // namespace geond::tasks
