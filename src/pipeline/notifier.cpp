// SPDX-License-Identifier: MIT
#include "geond/pipeline/notifier.hpp"

#include <exception>
#include <new>
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

Notifier::Notifier(const core::Clock& clock, std::size_t kept_events, core::Logger logger)
    : clock_(clock), kept_events_(kept_events), logger_(std::move(logger)) {}

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
  deliver({0, kind, owner, task, std::string(stage), clock_.now()}, Kept::yes);
}

void Notifier::publish_queue_moved() {
  deliver({0, TaskEventKind::queue_moved, {}, {}, {}, clock_.now()}, Kept::no);
}

void Notifier::publish_access_changed(core::UserId owner) {
  deliver({0, TaskEventKind::access_changed, owner, {}, {}, clock_.now()}, Kept::no);
}

void Notifier::deliver(TaskEvent event, Kept kept) noexcept {
  const std::lock_guard delivery(delivery_);
  std::uint64_t end = 0;
  {
    const std::lock_guard lock(mutex_);
    event.sequence = kept == Kept::yes ? last_sequence_ + 1 : last_sequence_;
    if (kept == Kept::yes) keep(event);
    end = next_subscriber_;
  }
  // One by one, since a list of them would need memory, without which nobody would hear of it.
  std::uint64_t id = 0;
  while (const auto subscriber = next_listener(id, end, event)) tell(*subscriber, event);
}

void Notifier::keep(const TaskEvent& event) {
  try {
    events_.push_back(event);
    if (events_.size() > kept_events_) events_.pop_front();
  } catch (const std::bad_alloc&) {
    // A gap would shift what replay() tells: who was away has to read its tasks anew.
    events_.clear();
  }
  last_sequence_ = event.sequence;
}

std::shared_ptr<const Notifier::Subscriber> Notifier::next_listener(std::uint64_t& id,
                                                                    std::uint64_t end,
                                                                    const TaskEvent& event) const {
  const std::lock_guard lock(mutex_);
  const bool is_for_all = event.kind == TaskEventKind::queue_moved;
  for (auto at = subscribers_.upper_bound(id); at != subscribers_.end() && at->first < end; ++at) {
    id = at->first;
    if (is_for_all || at->second->owner == event.owner) return at->second;
  }
  return nullptr;
}

void Notifier::tell(const Subscriber& subscriber, const TaskEvent& event) const noexcept {
  try {
    subscriber.callback(event);
  } catch (const std::exception& fault) {
    logger_.fault("a listener met a fault and was not told of an event", fault);
  }
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
