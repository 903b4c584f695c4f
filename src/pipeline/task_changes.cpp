// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "pipeline_state.hpp"

namespace geond::pipeline {
namespace {

/// Whether nothing was done, and something only because no place was left for it.
bool failed_for_lack(const std::vector<tasks::BulkItem>& items, const core::Error& lack) {
  return std::ranges::none_of(items, [](const auto& item) { return item.change.has_value(); }) &&
         std::ranges::any_of(items, [&](const tasks::BulkItem& item) {
           return item.error && item.error->code() == lack.code();
         });
}

/// Whether those behind it in the queue have moved up.
bool has_left_queue(const tasks::TaskChange& change) {
  return change.before == tasks::TaskStatus::queued;
}

}  // namespace

void Pipeline::State::follow(const tasks::TaskChange& change, tasks::BulkAction action) {
  follow_one(change, action);
  if (has_left_queue(change)) moves.add_wanted();
}

void Pipeline::State::follow_one(const tasks::TaskChange& change, tasks::BulkAction action) {
  if (has_left_queue(change)) queue.remove_queued(1);
  if (!tasks::is_finished(change.before)) statistics.tell_ended({"cancelled", {}, {}});
  switch (action) {
    case tasks::BulkAction::remove:
      publish(TaskEventKind::removed, change.task);
      break;
    case tasks::BulkAction::cancel:
      publish(TaskEventKind::cancelled, change.task);
      break;
    case tasks::BulkAction::retry:
      queue.add_queued(1);
      queue.push_hint();
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
  std::optional<HeldRoom> held;
  tasks::RetryRoom room;
  if (action == tasks::BulkAction::retry) {
    const std::set<core::TaskId> distinct(tasks.begin(), tasks.end());
    auto found = state_->reserve_what_fits(owner, distinct.size());
    if (!found) return found.error();
    held = *std::move(found);
    room = {held->places.count(), held->lack};
  }
  auto items = state_->parts.tasks.bulk(owner, action, tasks, state_->loaded_models(), room);
  if (!items) return items.error();
  if (room.lack && failed_for_lack(*items, *room.lack)) return *room.lack;
  bool has_moved = false;
  for (const tasks::BulkItem& item : *items) {
    if (!item.change) continue;
    state_->follow_one(*item.change, action);
    has_moved = has_moved || has_left_queue(*item.change);
  }
  if (has_moved) state_->moves.add_wanted();
  return items;
}

}  // namespace geond::pipeline
