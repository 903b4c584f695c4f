// SPDX-License-Identifier: MIT
#include "task_view.hpp"

#include <algorithm>
#include <chrono>

#include "geond/pipeline/pipeline.hpp"

namespace geond::api {
namespace {

using core::Result;

/// Beyond these a list's queued tasks have no position; nobody counts that far.
constexpr int kMaxPositions = 1'000;

/// Of a task that a worker is at: what a task takes lately less what has passed.
double eta_of_running(const Services& services, const tasks::Task& task) {
  const std::chrono::duration<double> passed =
      services.clock.now() - task.started_at.value_or(task.queued_at);
  return std::max(0.0, services.pipeline.stats().mean_task_seconds - passed.count());
}

TaskView to_view(const Services& services, tasks::TaskDetails details) {
  TaskView view{.task = std::move(details.task),
                .queue_position = {},
                .eta_seconds = {},
                .outcome = std::move(details.outcome)};
  if (details.position) {
    view.queue_position = details.position->in_all;
    view.eta_seconds = services.pipeline.eta_seconds(details.position->in_all);
  }
  if (view.task.status == tasks::TaskStatus::in_progress) {
    view.eta_seconds = eta_of_running(services, view.task);
  }
  return view;
}

}  // namespace

Result<TaskView> complete(const Services& services, tasks::Task task) {
  tasks::TaskDetails details{std::move(task), std::nullopt, std::nullopt};
  const tasks::Task& of = details.task;
  if (of.status == tasks::TaskStatus::queued) {
    const auto position = services.pipeline.tasks().position(of.owner, of.id);
    if (!position) return position.error();
    details.position = *position;
  }
  return to_view(services, std::move(details));
}

Result<TaskView> view_task(const Services& services, core::UserId user, core::TaskId id,
                           TaskDetail detail) {
  auto details = services.pipeline.tasks().details(user, id, detail);
  if (!details) return details.error();
  return to_view(services, *std::move(details));
}

Result<std::vector<std::optional<TaskView>>> view_tasks(const Services& services, core::UserId user,
                                                        std::span<const core::TaskId> ids,
                                                        TaskDetail detail) {
  auto all = services.pipeline.tasks().details_of(user, ids, detail);
  if (!all) return all.error();
  std::vector<std::optional<TaskView>> views;
  views.reserve(all->size());
  for (std::optional<tasks::TaskDetails>& details : *all) {
    views.push_back(details ? std::optional(to_view(services, *std::move(details))) : std::nullopt);
  }
  return views;
}

Result<std::vector<TaskView>> complete_all(const Services& services, core::UserId user,
                                           std::vector<tasks::Task> tasks) {
  std::vector<QueuedPosition> positions;
  const bool any_queued = std::ranges::any_of(
      tasks, [](const tasks::Task& task) { return task.status == tasks::TaskStatus::queued; });
  if (any_queued) {
    auto found = queued_positions(services, user, kMaxPositions);
    if (!found) return found.error();
    positions = *std::move(found);
  }
  std::vector<TaskView> views;
  views.reserve(tasks.size());
  for (tasks::Task& task : tasks) {
    TaskView view{.task = std::move(task), .queue_position = {}, .eta_seconds = {}, .outcome = {}};
    if (view.task.status == tasks::TaskStatus::queued) {
      const auto found = std::ranges::find(positions, view.task.id, &QueuedPosition::task);
      if (found != positions.end()) {
        view.queue_position = found->position;
        view.eta_seconds = found->eta_seconds;
      }
    } else if (view.task.status == tasks::TaskStatus::in_progress) {
      view.eta_seconds = eta_of_running(services, view.task);
    }
    views.push_back(std::move(view));
  }
  return views;
}

Result<std::vector<QueuedPosition>> queued_positions(const Services& services, core::UserId user,
                                                     int limit) {
  const auto rows = services.pipeline.tasks().positions(user, limit);
  if (!rows) return rows.error();
  std::vector<QueuedPosition> positions;
  positions.reserve(rows->size());
  for (const tasks::QueuePosition& row : *rows) {
    positions.push_back({row.task, row.in_all, services.pipeline.eta_seconds(row.in_all)});
  }
  return positions;
}

}  // namespace geond::api
