// SPDX-License-Identifier: MIT
#include "list_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rows.hpp"

namespace geond::tasks {
namespace {

/// The index that the list walks. The other filters are checked row by row.
std::string source(const ListQuery& query) {
  if (query.filter.class_name) {
    return "task_classes AS c CROSS JOIN tasks AS t ON t.id = c.task_id";
  }
  if (query.filter.scene) {
    return query.filter.scene->name ? "tasks AS t INDEXED BY tasks_by_scene"
                                    : "tasks AS t INDEXED BY tasks_without_scene";
  }
  if (!query.filter.note_contains.empty()) return "tasks AS t INDEXED BY tasks_with_note";
  if (query.status) return "tasks AS t INDEXED BY tasks_by_status";
  return "tasks AS t INDEXED BY tasks_by_owner";
}

/// The condition on the scene; with a parameter if a name is asked for.
std::string_view scene_condition(const SceneFilter& scene, bool by_class) {
  if (scene.name) return by_class ? " AND c.scene = ?" : " AND t.scene = ?";
  // Tasks that are not done have no classes, but no scene either. The status is written out (3 is
  // done) because SQLite proves the index's own condition from literals alone.
  return by_class ? " AND c.scene IS NULL" : " AND t.scene IS NULL AND t.status = 3";
}

/// `%text%` with LIKE's own characters taken literally.
std::string pattern(const std::string& text) {
  std::string escaped = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped + "%";
}

}  // namespace

std::string list_sql(const ListQuery& query) {
  const bool by_class = query.filter.class_name.has_value();
  const std::string_view time = by_class ? "c.created_at" : "t.created_at";
  const std::string_view id = by_class ? "c.task_id" : "t.id";
  std::string sql = fmt::format(
      "SELECT {} FROM {} CROSS JOIN task_inputs AS i "
      "ON i.task_id = t.id AND i.position = 0 WHERE {}.owner_id = ?",
      kTaskColumns, source(query), by_class ? "c" : "t");
  if (by_class) sql += " AND c.class = ?";
  if (query.filter.scene) sql += scene_condition(*query.filter.scene, by_class);
  if (!query.filter.note_contains.empty()) {
    sql += " AND t.note <> '' AND t.note LIKE ? ESCAPE '\\'";
  }
  if (query.status) sql += " AND t.status = ?";
  if (query.filter.since) sql += fmt::format(" AND {} >= ?", time);
  if (query.filter.until) sql += fmt::format(" AND {} < ?", time);
  if (query.after) sql += fmt::format(" AND ({}, {}) < (?, ?)", time, id);
  return sql + fmt::format(" ORDER BY {} DESC, {} DESC LIMIT ?", time, id);
}

std::vector<Task> run_list(storage::Connection& connection, const ListQuery& query) {
  storage::Statement row = connection.prepare(list_sql(query));
  int position = 0;
  const auto bind = [&](const auto& value) { row.bind_one(++position, value); };
  bind(query.owner);
  if (query.filter.class_name) bind(*query.filter.class_name);
  if (query.filter.scene && query.filter.scene->name) bind(*query.filter.scene->name);
  if (!query.filter.note_contains.empty()) bind(pattern(query.filter.note_contains));
  if (query.status) bind(static_cast<int>(*query.status));
  if (query.filter.since) bind(*query.filter.since);
  if (query.filter.until) bind(*query.filter.until);
  if (query.after) {
    bind(query.after->created_at);
    bind(query.after->id);
  }
  bind(query.limit);
  std::vector<Task> tasks;
  while (row.step()) tasks.push_back(read_task(row));
  return tasks;
}

std::vector<ListQuery> split(core::UserId owner, const TaskFilter& filter,
                             const std::optional<Cursor>& after, int limit) {
  std::set<TaskStatus> statuses(filter.statuses.begin(), filter.statuses.end());
  // Only what is done has a scene, or none recognised, or classes.
  if (filter.scene || filter.class_name) {
    if (!statuses.empty() && !statuses.contains(TaskStatus::done)) return {};
    statuses.clear();
  }
  ListQuery query{owner, std::nullopt, filter, after, limit};
  if (statuses.empty() || statuses.size() == kAllStatuses.size()) return {query};
  std::vector<ListQuery> queries;
  for (const TaskStatus status : statuses) {
    query.status = status;
    queries.push_back(query);
  }
  return queries;
}

}  // namespace geond::tasks
