// SPDX-License-Identifier: MIT
#include "queue_order.hpp"

#include <algorithm>

namespace geond::tasks {

using storage::Connection;
using storage::Statement;

QueueOrder::QueueOrder(Connection& connection, core::UserId owner, std::int64_t last_owner)
    : owner_(owner) {
  // The first turn is that of the smallest id after last_owner, the last one last_owner's own.
  const auto turn = [&](std::int64_t id) { return std::pair(id <= last_owner, id); };
  Statement row = connection.prepare(
      "SELECT owner_id, count(*) FROM tasks INDEXED BY tasks_queued "
      "WHERE status = 1 AND crashes = 0 GROUP BY owner_id");
  while (row.step()) {
    if (row.integer(0) == owner.value) continue;
    others_.push_back({row.integer(1), turn(row.integer(0)) < turn(owner.value)});
  }
  Statement suspects = connection.prepare(
      "SELECT count(*), count(*) FILTER (WHERE owner_id = ?) FROM tasks INDEXED BY tasks_suspect "
      "WHERE status = 1 AND crashes > 0");
  suspects.bind(owner).step();
  suspects_ = suspects.integer(0);
  own_suspects_ = suspects.integer(1);
}

QueuePosition QueueOrder::at_rank(core::TaskId task, std::int64_t rank) const {
  std::int64_t before = suspects_ + rank;
  for (const Other& other : others_) {
    before += std::min(other.length, rank + (other.has_turn_before ? 1 : 0));
  }
  return {task, before + 1, own_suspects_ + rank + 1};
}

std::vector<QueuePosition> QueueOrder::first(Connection& connection, int limit) const {
  std::vector<QueuePosition> positions;
  Statement suspects = connection.prepare(
      "SELECT id, owner_id FROM tasks INDEXED BY tasks_suspect WHERE status = 1 AND crashes > 0 "
      "ORDER BY suspect_since, id");
  std::int64_t in_all = 0;
  while (suspects.step()) {
    ++in_all;
    if (suspects.integer(1) != owner_.value) continue;
    const auto of_user = static_cast<std::int64_t>(positions.size()) + 1;
    positions.push_back({suspects.id<core::TaskId>(0), in_all, of_user});
  }
  Statement row = connection.prepare(
      "SELECT id FROM tasks INDEXED BY tasks_queued "
      "WHERE status = 1 AND crashes = 0 AND owner_id = ? ORDER BY queued_at, id LIMIT ?");
  row.bind(owner_, limit);
  for (std::int64_t rank = 0; row.step(); ++rank) {
    positions.push_back(at_rank(row.id<core::TaskId>(0), rank));
  }
  if (positions.size() > static_cast<std::size_t>(limit)) {
    positions.erase(positions.begin() + limit, positions.end());
  }
  return positions;
}

QueuePosition QueueOrder::of(Connection& connection, const Task& task) const {
  if (task.crashes > 0) {
    for (const QueuePosition& position : first(connection, static_cast<int>(own_suspects_))) {
      if (position.task == task.id) return position;
    }
  }
  Statement row = connection.prepare(
      "SELECT count(*) FROM tasks INDEXED BY tasks_queued WHERE status = 1 AND crashes = 0 AND "
      "owner_id = ? AND (queued_at, id) < (?, ?)");
  row.bind(owner_, task.queued_at, task.id).step();
  return at_rank(task.id, row.integer(0));
}

}  // namespace geond::tasks
