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

TaskQueue::Held TaskQueue::reserve(core::UserId owner, std::int64_t wanted) {
  const std::lock_guard lock(reserved_mutex_);
  const std::int64_t room = static_cast<std::int64_t>(capacity_) - reserved_ - queued();
  const std::int64_t count = std::clamp<std::int64_t>(room, 0, wanted);
  if (count == 0) return {};
  reserved_ += count;
  return {count, reserved_of_[owner] += count};
}

void TaskQueue::release(core::UserId owner, std::int64_t count) {
  const std::lock_guard lock(reserved_mutex_);
  reserved_ -= count;
  const auto found = reserved_of_.find(owner);
  found->second -= count;
  if (found->second == 0) reserved_of_.erase(found);
}

bool TaskQueue::recount(const std::function<std::optional<std::int64_t>()>& count_all) {
  const std::int64_t before = queued_;
  const auto all = count_all();
  if (!all) return false;
  queued_ += *all - before;
  return *all < before;
}

void TaskQueue::push_hint() {
  if (hints_.bounded_push({})) available_.release();
}

bool TaskQueue::wait_hint() {
  available_.acquire();
  return pop();
}

bool TaskQueue::try_hint() {
  return available_.try_acquire() && pop();
}

std::size_t TaskQueue::waiting() const {
  return static_cast<std::size_t>(reserved_ + queued());
}

bool TaskQueue::pop() {
  Hint taken;
  return hints_.pop(taken);
}

}  // namespace geond::pipeline
