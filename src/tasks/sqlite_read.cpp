// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cursor.hpp"
#include "list_query.hpp"
#include "queue_order.hpp"
#include "result_text.hpp"
#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {
namespace {

using storage::Connection;
using storage::Statement;

bool is_newer(const Task& one, const Task& other) {
  if (one.created_at != other.created_at) return one.created_at > other.created_at;
  return one.id > other.id;
}

void add(StatusCounts& counts, TaskStatus status, std::int64_t number) {
  switch (status) {
    case TaskStatus::queued:
      counts.queued += number;
      break;
    case TaskStatus::in_progress:
      counts.in_progress += number;
      break;
    case TaskStatus::done:
      counts.done += number;
      break;
    case TaskStatus::failed:
      counts.failed += number;
      break;
    case TaskStatus::cancelled:
      counts.cancelled += number;
      break;
  }
}

std::int64_t count_queued(Connection& connection, core::UserId owner) {
  Statement row = connection.prepare(
      "SELECT count(*) FROM tasks INDEXED BY tasks_by_status WHERE owner_id = ? AND status = 1");
  row.bind(owner).step();
  return row.integer(0);
}

core::Result<std::optional<Outcome>> read_outcome(Connection& connection, const Task& task) {
  Statement row = connection.prepare(
      "SELECT image_width, image_height, scenes, candidates FROM results WHERE task_id = ?");
  if (!row.bind(task.id).step()) return std::optional<Outcome>();
  auto scenes = scenes_from_text(row.text(2));
  if (!scenes) return scenes.error();
  auto candidates = candidates_from_text(row.text(3));
  if (!candidates) return candidates.error();
  Outcome outcome;
  outcome.image = {static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))};
  outcome.threshold = task.threshold;
  outcome.scene = task.scene;
  outcome.scene_probability = task.scene_probability;
  outcome.scenes = std::move(*scenes);
  outcome.candidates = std::move(*candidates);
  return std::optional<Outcome>(std::move(outcome));
}

/// Reads what stands beside a task; the whole queue is looked through once for all of them.
class DetailReader {
 public:
  DetailReader(Connection& connection, core::UserId owner, std::int64_t last_owner)
      : connection_(connection), owner_(owner), last_owner_(last_owner) {}

  core::Result<TaskDetails> read(Task task, TaskDetail detail) {
    TaskDetails details{std::move(task), std::nullopt, std::nullopt};
    if (details.task.status == TaskStatus::queued) {
      if (!order_) order_.emplace(connection_, owner_, last_owner_);
      details.position = order_->of(connection_, details.task);
    }
    if (details.task.status == TaskStatus::done && detail == TaskDetail::with_result) {
      auto outcome = read_outcome(connection_, details.task);
      if (!outcome) return outcome.error();
      details.outcome = *std::move(outcome);
    }
    return details;
  }

 private:
  Connection& connection_;
  const core::UserId owner_;
  const std::int64_t last_owner_;
  std::optional<QueueOrder> order_;
};

}  // namespace

core::Result<TaskDetails> SqliteTaskRepository::details(core::UserId owner, core::TaskId id,
                                                        TaskDetail detail) const {
  return database_.read([&](Connection& connection) -> core::Result<TaskDetails> {
    auto task = find_task(connection, owner, id);
    if (!task) return task.error();
    return DetailReader(connection, owner, last_owner_).read(*std::move(task), detail);
  });
}

core::Result<std::vector<std::optional<TaskDetails>>> SqliteTaskRepository::details_of(
    core::UserId owner, std::span<const core::TaskId> ids, TaskDetail detail) const {
  using All = std::vector<std::optional<TaskDetails>>;
  return database_.read([&](Connection& connection) -> core::Result<All> {
    All all;
    DetailReader reader(connection, owner, last_owner_);
    for (const core::TaskId id : ids) {
      auto task = find_task(connection, owner, id);
      if (!task) {
        all.emplace_back();
        continue;
      }
      auto details = reader.read(*std::move(task), detail);
      if (!details) return details.error();
      all.emplace_back(*std::move(details));
    }
    return all;
  });
}

core::Result<Task> SqliteTaskRepository::get(core::UserId owner, core::TaskId id) const {
  return database_.read([&](Connection& connection) { return find_task(connection, owner, id); });
}

core::Result<std::optional<Outcome>> SqliteTaskRepository::result(core::UserId owner,
                                                                  core::TaskId id) const {
  return database_.read([&](Connection& connection) -> core::Result<std::optional<Outcome>> {
    const auto task = find_task(connection, owner, id);
    if (!task) return task.error();
    return read_outcome(connection, *task);
  });
}

core::Result<TaskPage> SqliteTaskRepository::list(core::UserId owner, const TaskFilter& filter,
                                                  int limit,
                                                  const std::optional<std::string>& cursor) const {
  std::optional<Cursor> after;
  if (cursor) {
    const auto decoded = decode_cursor(*cursor);
    if (!decoded) return decoded.error();
    after = *decoded;
  }
  return database_.read([&](Connection& connection) -> core::Result<TaskPage> {
    TaskPage page;
    // One more than asked for, to know whether there is more.
    for (const ListQuery& query : split(owner, filter, after, limit + 1)) {
      std::ranges::move(run_list(connection, query), std::back_inserter(page.tasks));
    }
    std::ranges::sort(page.tasks, is_newer);
    if (page.tasks.size() > static_cast<std::size_t>(limit)) {
      page.tasks.erase(page.tasks.begin() + limit, page.tasks.end());
      page.next_cursor = encode({page.tasks.back().created_at, page.tasks.back().id});
    }
    return page;
  });
}

core::Result<StatusCounts> SqliteTaskRepository::counts(core::UserId owner) const {
  return database_.read([&](Connection& connection) -> core::Result<StatusCounts> {
    StatusCounts counts;
    Statement row = connection.prepare(
        "SELECT status, count(*) FROM tasks INDEXED BY tasks_by_status WHERE owner_id = ? "
        "GROUP BY status");
    row.bind(owner);
    while (row.step()) add(counts, static_cast<TaskStatus>(row.integer(0)), row.integer(1));
    return counts;
  });
}

core::Result<StatusCounts> SqliteTaskRepository::counts_of_all() const {
  return database_.read([&](Connection& connection) -> core::Result<StatusCounts> {
    StatusCounts counts;
    Statement row = connection.prepare(
        "SELECT status, count(*) FROM tasks INDEXED BY tasks_by_status GROUP BY owner_id, status");
    while (row.step()) add(counts, static_cast<TaskStatus>(row.integer(0)), row.integer(1));
    return counts;
  });
}

core::Result<StatusCounts> SqliteTaskRepository::unfinished_counts() const {
  return database_.read([&](Connection& connection) -> core::Result<StatusCounts> {
    // The partial indices hold these rows and no others.
    Statement row = connection.prepare(
        "SELECT (SELECT count(*) FROM tasks INDEXED BY tasks_queued WHERE status = 1 AND "
        "crashes = 0) + (SELECT count(*) FROM tasks INDEXED BY tasks_suspect WHERE status = 1 AND "
        "crashes > 0), (SELECT count(*) FROM tasks INDEXED BY tasks_running WHERE status = 2)");
    row.step();
    StatusCounts counts;
    counts.queued = row.integer(0);
    counts.in_progress = row.integer(1);
    return counts;
  });
}

core::Result<std::int64_t> SqliteTaskRepository::queued_count(core::UserId owner) const {
  return database_.read([&](Connection& connection) -> core::Result<std::int64_t> {
    return count_queued(connection, owner);
  });
}

core::Result<std::vector<QueuePosition>> SqliteTaskRepository::positions(core::UserId owner,
                                                                         int limit) const {
  return database_.read([&](Connection& connection) -> core::Result<std::vector<QueuePosition>> {
    // Every event stream asks whenever the queue moves, and most have nothing in it.
    if (count_queued(connection, owner) == 0) return std::vector<QueuePosition>();
    return QueueOrder(connection, owner, last_owner_).first(connection, limit);
  });
}

core::Result<std::optional<QueuePosition>> SqliteTaskRepository::position(core::UserId owner,
                                                                          core::TaskId id) const {
  return database_.read([&](Connection& connection) -> core::Result<std::optional<QueuePosition>> {
    const auto task = find_task(connection, owner, id);
    if (!task) return task.error();
    if (task->status != TaskStatus::queued) return std::optional<QueuePosition>();
    return std::optional(QueueOrder(connection, owner, last_owner_).of(connection, *task));
  });
}

core::Result<RecentWork> SqliteTaskRepository::recent_work(core::Timestamp since) const {
  return database_.read([&](Connection& connection) -> core::Result<RecentWork> {
    RecentWork work;
    Statement count = connection.prepare(
        "SELECT count(*) FROM tasks INDEXED BY tasks_done WHERE status = 3 AND finished_at >= ?");
    count.bind(since).step();
    work.count = count.integer(0);
    Statement average = connection.prepare(
        "SELECT avg(seconds) FROM (SELECT decode_seconds + detect_seconds + classify_seconds AS "
        "seconds FROM tasks INDEXED BY tasks_done WHERE status = 3 AND finished_at >= ? "
        "ORDER BY finished_at DESC LIMIT 100)");
    average.bind(since).step();
    work.average_seconds = average.optional_real(0);
    return work;
  });
}

}  // namespace geond::tasks
