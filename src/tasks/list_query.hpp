// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cursor.hpp"
#include "geond/storage/connection.hpp"
#include "geond/tasks/task.hpp"

namespace geond::tasks {

/// What one SELECT of a list looks for; at most one status.
struct ListQuery {
  core::UserId owner;
  std::optional<TaskStatus> status;
  TaskFilter filter;  ///< Its statuses are not looked at.
  std::optional<Cursor> after;
  int limit = 0;
};

/// The SELECT for a query: driven by the index of the most selective filter, in the list's order,
/// so that it stops after `limit` rows without sorting.
std::string list_sql(const ListQuery& query);

/// Runs it.
std::vector<Task> run_list(storage::Connection& connection, const ListQuery& query);

/// The queries whose answers together are the list: one for each status asked for, or a single one
/// if the status does not matter; none if nothing can match.
std::vector<ListQuery> split(core::UserId owner, const TaskFilter& filter,
                             const std::optional<Cursor>& after, int limit);

}  // namespace geond::tasks
