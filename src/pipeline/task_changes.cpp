// SPDX-License-Identifier: MIT
#include <optional>
#include <utility>

#include "pipeline_state.hpp"

namespace geond::pipeline {

void Pipeline::State::follow(const tasks::TaskChange& change, tasks::BulkAction action) {
  if (change.before == tasks::TaskStatus::queued) queue.remove_queued(1);
  switch (action) {
    case tasks::BulkAction::remove:
      publish(TaskEventKind::removed, change.task);
      break;
    case tasks::BulkAction::cancel:
      publish(TaskEventKind::cancelled, change.task);
      crew->tell_ended({"cancelled", {}, {}});
      break;
    case tasks::BulkAction::retry:
      queue.add_queued(1);
      publish(TaskEventKind::queued, change.task);
      queue.push_hint(change.task.id);
      break;
  }
}

core::Result<tasks::Task> Pipeline::cancel(core::UserId owner, core::TaskId task) {
  auto change = state_->parts.tasks.cancel(owner, task);
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::cancel);
  return std::move(change->task);
}

core::Result<tasks::Task> Pipeline::retry(core::UserId owner, core::TaskId task) {
  const auto place = reserve(owner);
  if (!place) return place.error();
  auto change = state_->parts.tasks.retry(owner, task, state_->loaded_models());
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::retry);
  return std::move(change->task);
}

core::Result<void> Pipeline::remove(core::UserId owner, core::TaskId task) {
  const auto change = state_->parts.tasks.remove(owner, task);
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::remove);
  return core::ok();
}

core::Result<tasks::Task> Pipeline::set_note(core::UserId owner, core::TaskId task,
                                             std::string_view note) {
  auto changed = state_->parts.tasks.set_note(owner, task, note);
  if (!changed) return changed.error();
  state_->publish(TaskEventKind::changed, *changed);
  return changed;
}

core::Result<std::vector<tasks::BulkItem>> Pipeline::bulk(core::UserId owner,
                                                          tasks::BulkAction action,
                                                          std::span<const core::TaskId> tasks) {
  std::optional<QueuePlaces> places;
  if (action == tasks::BulkAction::retry) {
    auto reserved = reserve(owner, tasks.size());
    if (!reserved) return reserved.error();
    places = *std::move(reserved);
  }
  auto items = state_->parts.tasks.bulk(owner, action, tasks, state_->loaded_models());
  if (!items) return items.error();
  for (const tasks::BulkItem& item : *items) {
    if (item.change) state_->follow(*item.change, action);
  }
  return items;
}

}  // namespace geond::pipeline
