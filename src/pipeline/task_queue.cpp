// SPDX-License-Identifier: MIT
#include "task_queue.hpp"

#include <algorithm>

namespace geond::pipeline {

TaskQueue::TaskQueue(std::size_t capacity)
    : capacity_(std::clamp<std::size_t>(capacity, 1, kMaximumQueueCapacity)),
      // One node is the queue's own, and nodes are what the 16 bits count.
      hints_(std::min(capacity_, kMaximumQueueCapacity - 1)) {}

std::size_t TaskQueue::share() const {
  return std::max<std::size_t>(capacity_ / 2, 1);
}

std::optional<std::int64_t> TaskQueue::reserve(core::UserId owner, std::int64_t count) {
  const std::lock_guard lock(reserved_mutex_);
  if (reserved_ + queued_ + count > static_cast<std::int64_t>(capacity_)) return std::nullopt;
  reserved_ += count;
  return reserved_of_[owner] += count;
}

void TaskQueue::release(core::UserId owner, std::int64_t count) {
  const std::lock_guard lock(reserved_mutex_);
  reserved_ -= count;
  const auto found = reserved_of_.find(owner);
  found->second -= count;
  if (found->second == 0) reserved_of_.erase(found);
}

void TaskQueue::push_hint(core::TaskId task) {
  if (hints_.bounded_push(task.value)) available_.release();
}

std::optional<core::TaskId> TaskQueue::wait_hint() {
  available_.acquire();
  return pop();
}

std::optional<core::TaskId> TaskQueue::try_hint() {
  if (!available_.try_acquire()) return std::nullopt;
  return pop();
}

std::size_t TaskQueue::waiting() const {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, reserved_ + queued_));
}

std::optional<core::TaskId> TaskQueue::pop() {
  std::int64_t task = 0;
  if (!hints_.pop(task)) return std::nullopt;
  return core::TaskId{task};
}

}  // namespace geond::pipeline
