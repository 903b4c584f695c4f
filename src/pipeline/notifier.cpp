// SPDX-License-Identifier: MIT
#include "geond/pipeline/notifier.hpp"

#include <utility>

namespace geond::pipeline {

std::string_view to_string(TaskEventKind kind) {
  switch (kind) {
    case TaskEventKind::queued:
      return "queued";
    case TaskEventKind::started:
      return "started";
    case TaskEventKind::stage:
      return "stage";
    case TaskEventKind::done:
      return "done";
    case TaskEventKind::failed:
      return "failed";
    case TaskEventKind::cancelled:
      return "cancelled";
    case TaskEventKind::removed:
      return "removed";
    case TaskEventKind::changed:
      return "changed";
    case TaskEventKind::queue_moved:
      return "queue_moved";
    case TaskEventKind::access_changed:
      return "access_changed";
  }
  return "";
}

Notifier::Subscription::~Subscription() {
  if (notifier_ != nullptr) notifier_->unsubscribe(id_);
}

Notifier::Subscription::Subscription(Subscription&& other) noexcept
    : notifier_(std::exchange(other.notifier_, nullptr)), id_(other.id_) {}

Notifier::Subscription& Notifier::Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    if (notifier_ != nullptr) notifier_->unsubscribe(id_);
    notifier_ = std::exchange(other.notifier_, nullptr);
    id_ = other.id_;
  }
  return *this;
}

Notifier::Notifier(const core::Clock& clock, std::size_t kept_events)
    : clock_(clock), kept_events_(kept_events) {}

Notifier::Subscription Notifier::subscribe(core::UserId owner, Callback callback) {
  auto subscriber = std::make_shared<const Subscriber>(Subscriber{owner, std::move(callback)});
  const std::lock_guard lock(mutex_);
  const std::uint64_t id = next_subscriber_++;
  subscribers_.emplace(id, std::move(subscriber));
  return {this, id};
}

std::optional<std::vector<TaskEvent>> Notifier::replay(core::UserId owner,
                                                       std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  if (sequence > last_sequence_) return std::nullopt;
  const std::uint64_t oldest = last_sequence_ - events_.size() + 1;
  if (sequence + 1 < oldest) return std::nullopt;
  std::vector<TaskEvent> missed;
  for (auto index = sequence + 1 - oldest; index < events_.size(); ++index) {
    if (events_[index].owner == owner) missed.push_back(events_[index]);
  }
  return missed;
}

std::uint64_t Notifier::last_sequence() const {
  const std::lock_guard lock(mutex_);
  return last_sequence_;
}

std::size_t Notifier::subscriber_count() const {
  const std::lock_guard lock(mutex_);
  return subscribers_.size();
}

void Notifier::publish(TaskEventKind kind, core::UserId owner, core::TaskId task,
                       std::string_view stage) {
  TaskEvent event{0, kind, owner, task, std::string(stage), clock_.now()};
  Subscribers interested;
  const std::lock_guard delivery(delivery_);
  {
    const std::lock_guard lock(mutex_);
    event.sequence = ++last_sequence_;
    events_.push_back(event);
    if (events_.size() > kept_events_) events_.pop_front();
    interested = of_owner(owner);
  }
  for (const auto& subscriber : interested) subscriber->callback(event);
}

void Notifier::publish_queue_moved() {
  Subscribers everybody;
  TaskEvent event{0, TaskEventKind::queue_moved, {}, {}, {}, clock_.now()};
  const std::lock_guard delivery(delivery_);
  {
    const std::lock_guard lock(mutex_);
    event.sequence = last_sequence_;
    everybody.reserve(subscribers_.size());
    for (const auto& [id, subscriber] : subscribers_) everybody.push_back(subscriber);
  }
  for (const auto& subscriber : everybody) subscriber->callback(event);
}

void Notifier::publish_access_changed(core::UserId owner) {
  Subscribers interested;
  TaskEvent event{0, TaskEventKind::access_changed, owner, {}, {}, clock_.now()};
  const std::lock_guard delivery(delivery_);
  {
    const std::lock_guard lock(mutex_);
    event.sequence = last_sequence_;
    interested = of_owner(owner);
  }
  for (const auto& subscriber : interested) subscriber->callback(event);
}

Notifier::Subscribers Notifier::of_owner(core::UserId owner) const {
  Subscribers found;
  for (const auto& [id, subscriber] : subscribers_) {
    if (subscriber->owner == owner) found.push_back(subscriber);
  }
  return found;
}

void Notifier::unsubscribe(std::uint64_t id) {
  std::shared_ptr<const Subscriber> doomed;
  const std::lock_guard lock(mutex_);
  if (const auto found = subscribers_.find(id); found != subscribers_.end()) {
    doomed = std::move(found->second);
    subscribers_.erase(found);
  }
}

}  // namespace geond::pipeline
