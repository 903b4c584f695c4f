// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {
namespace {

using storage::Connection;
using storage::Statement;
using storage::WriteContext;

struct LeftTask {
  core::TaskId id;
  std::string boot;  ///< The run that left it.
};

std::vector<LeftTask> left_in_progress(Connection& connection, std::string_view boot) {
  std::vector<LeftTask> tasks;
  Statement row = connection.prepare(
      "SELECT id, boot_id FROM tasks INDEXED BY tasks_running WHERE status = 2 AND boot_id <> ? "
      "ORDER BY id");
  row.bind(boot);
  while (row.step()) tasks.push_back({row.id<core::TaskId>(0), row.text(1)});
  return tasks;
}

void requeue(Connection& connection, core::TaskId id) {
  connection
      .prepare(
          "UPDATE tasks SET status = 1, started_at = NULL, boot_id = NULL "
          "WHERE id = ? AND status = 2")
      .bind(id)
      .run();
}

void requeue_suspect(Connection& connection, core::TaskId id, core::Timestamp now) {
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

/// Every queued task, through the two indices over them: the table may hold millions of others.
constexpr const char* kQueuedIds =
    "(SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 1 AND crashes = 0 UNION ALL "
    "SELECT id FROM tasks INDEXED BY tasks_suspect WHERE status = 1 AND crashes > 0)";

/// Names are unique among models of both kinds, so each column takes only what is its own.
void bind_queued(Connection& connection, const ModelReference& model) {
  for (const std::string_view column : {"detector", "classifier"}) {
    connection
        .prepare(fmt::format("UPDATE tasks SET {0}_version = ?, {0}_sha256 = ? WHERE id IN {1} AND "
                             "{0}_name = ? AND {0}_sha256 <> ?",
                             column, kQueuedIds))
        .bind(model.version, model.sha256, model.name, model.sha256)
        .run();
  }
}

struct QueuedPicture {
  core::TaskId task;
  std::string sha256;
};

std::vector<QueuedPicture> queued_pictures(Connection& connection) {
  std::vector<QueuedPicture> pictures;
  Statement row = connection.prepare(
      fmt::format("SELECT task_id, sha256 FROM task_inputs WHERE task_id IN {}", kQueuedIds));
  while (row.step()) pictures.push_back({row.id<core::TaskId>(0), row.text(1)});
  return pictures;
}

void keep_missing(std::vector<QueuedPicture>& pictures, const storage::BlobStore& blobs) {
  std::vector<std::string> names;
  names.reserve(pictures.size());
  for (const QueuedPicture& picture : pictures) names.push_back(picture.sha256);
  const std::set<std::string> missing = blobs.missing(names);
  std::erase_if(pictures, [&](const auto& picture) { return !missing.contains(picture.sha256); });
}

}  // namespace

core::Result<Recovery> SqliteTaskRepository::recover(std::string_view boot,
                                                     std::span<const ModelReference> loaded,
                                                     std::string_view ended_by_fault) {
  auto recovery = database_.write([&](WriteContext& context) -> core::Result<Recovery> {
    Connection& connection = context.connection();
    const core::Timestamp now = clock_.now();
    Recovery done;
    for (const auto& [id, left_by] : left_in_progress(connection, boot)) {
      if (left_by == ended_by_fault) {
        requeue(connection, id);
        done.requeued.push_back(*find_task(connection, id));
      } else if (find_task(connection, id)->crashes + 1 >= kMostCrashes) {
        quarantine(connection, id, now);
        done.quarantined.push_back(*find_task(connection, id));
      } else {
        requeue_suspect(connection, id, now);
        done.requeued.push_back(*find_task(connection, id));
      }
    }
    for (const ModelReference& model : loaded) bind_queued(connection, model);
    Statement queued = connection.prepare(fmt::format("SELECT count(*) FROM {}", kQueuedIds));
    queued.step();
    done.queued = queued.integer(0);
    return done;
  });
  if (!recovery) return recovery;
  for (const Task& task : recovery->requeued) {
    logger_.warning(
        "queued again what the last process left in progress",
        {{"task", task.id.value}, {"crashes", task.crashes}, {"request_id", task.request_id}});
  }
  for (const Task& task : recovery->quarantined) {
    logger_.error(
        "quarantined a task",
        {{"task", task.id.value}, {"crashes", task.crashes}, {"request_id", task.request_id}});
  }
  return recovery;
}

core::Result<std::vector<Task>> SqliteTaskRepository::fail_missing_inputs() {
  std::vector<QueuedPicture> missing;
  // Looked for outside the writer: a picture whose row is visible here is in its place already.
  const auto looked = database_.read([&](Connection& connection) -> core::Result<void> {
    missing = queued_pictures(connection);
    keep_missing(missing, blobs_);
    return core::ok();
  });
  if (!looked) return looked.error();
  if (missing.empty()) return std::vector<Task>();
  logger_.error("pictures are missing", {{"tasks", static_cast<std::uint64_t>(missing.size())}});
  return database_.write([&](WriteContext& context) -> core::Result<std::vector<Task>> {
    Connection& connection = context.connection();
    const core::Error error = input_missing(core::ErrorKind::gone);
    std::vector<Task> failed;
    keep_missing(missing, blobs_);
    for (const QueuedPicture& picture : missing) {
      const int changed = connection
                              .prepare(
                                  "UPDATE tasks SET status = 4, finished_at = ?, error_code = ?, "
                                  "error_detail = ? WHERE id = ? AND status = 1")
                              .bind(clock_.now(), error.code(), error.detail(), picture.task)
                              .run();
      if (changed == 1) failed.push_back(*find_task(connection, picture.task));
    }
    return failed;
  });
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
