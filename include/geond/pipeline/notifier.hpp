// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/log.hpp"

namespace geond::pipeline {

/// What happened to a task.
enum class TaskEventKind {
  queued,       ///< Accepted, or queued again by retry or recovery.
  started,      ///< Claimed by a worker.
  stage,        ///< Entered the stage named in `stage`.
  done,         ///< Its result is committed.
  failed,       ///< It ended with an error that is committed.
  cancelled,    ///< Cancelled by its owner.
  removed,      ///< Deleted by its owner; there is nothing left to read.
  changed,      ///< Its note changed.
  queue_moved,  ///< Tasks left the queue: positions and ETAs changed. No task, no owner, not kept.
  access_changed,  ///< Who listens for this owner may have lost the right to. No task, not kept.
};

/// The event's name in the API: `queued`, `started`, ...
std::string_view to_string(TaskEventKind kind);

/// One event. Sent only after what it tells is committed.
struct TaskEvent {
  /// Grows by one with each event that is kept, and starts at 1 with the process; one that is not
  /// kept has that of the newest before it, 0 if there was none.
  std::uint64_t sequence = 0;
  TaskEventKind kind = TaskEventKind::queued;
  core::UserId owner;
  core::TaskId task;
  std::string stage;  ///< `decode`, `detect` or `classify` for TaskEventKind::stage.
  core::Timestamp at;
};

/// Tells whoever waits what became of tasks. Thread-safe.
///
/// Callbacks run on the thread that publishes, one after the other in the order of the sequences,
/// and must not block, throw or publish: they set an http::Event or push to a bounded buffer. One
/// that throws all the same is logged and costs nobody else the event. A subscription may still be
/// called once while it is being destroyed on another thread, so callbacks own what they touch
/// (shared_ptr captures).
class Notifier {
 public:
  using Callback = std::function<void(const TaskEvent&)>;

  static constexpr std::size_t kKeptEvents = 20'000;

  /// Keeps a subscription alive; unsubscribes when destroyed. Must not outlive the Notifier.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Notifier* notifier, std::uint64_t id) : notifier_(notifier), id_(id) {}
    ~Subscription();
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;

   private:
    Notifier* notifier_ = nullptr;
    std::uint64_t id_ = 0;
  };

  /// `kept_events` is how many past events replay() can still tell. `logger` hears of callbacks
  /// that throw.
  explicit Notifier(const core::Clock& clock, std::size_t kept_events = kKeptEvents,
                    core::Logger logger = {});

  /// Events of one user's tasks (also queue_moved and access_changed), from now on.
  [[nodiscard]] Subscription subscribe(core::UserId owner, Callback callback);

  /// The user's events after `sequence`, oldest first; nothing if some of them are no longer kept
  /// (too many came after them, or memory lacked for one), or if `sequence` is one this process
  /// never gave out.
  std::optional<std::vector<TaskEvent>> replay(core::UserId owner, std::uint64_t sequence) const;

  /// The sequence of the newest event, 0 if there was none.
  std::uint64_t last_sequence() const;

  /// How many subscriptions there are.
  std::size_t subscriber_count() const;

  /// These tell whoever listens before they return. Want of memory fails none of them: what they
  /// tell is committed already.
  void publish(TaskEventKind kind, core::UserId owner, core::TaskId task,
               std::string_view stage = {});
  void publish_queue_moved();
  void publish_access_changed(core::UserId owner);

 private:
  struct Subscriber {
    core::UserId owner;
    Callback callback;
  };

  /// Whether an event gets a sequence of its own and replay() tells it again.
  enum class Kept { no, yes };

  void deliver(TaskEvent event, Kept kept) noexcept;
  void keep(const TaskEvent& event);  // needs mutex_
  /// Who is told of `event` after the subscription `id`, which becomes that one's; null when there
  /// is nobody left below `end`.
  std::shared_ptr<const Subscriber> next_listener(std::uint64_t& id, std::uint64_t end,
                                                  const TaskEvent& event) const;
  void tell(const Subscriber& subscriber, const TaskEvent& event) const noexcept;
  void unsubscribe(std::uint64_t id);

  const core::Clock& clock_;
  const std::size_t kept_events_;
  const core::Logger logger_;
  /// Held from numbering an event until everybody was told, so that none overtakes another: who
  /// has been told of 11 takes 10 for known. Taken before mutex_.
  std::mutex delivery_;
  mutable std::mutex mutex_;
  std::uint64_t last_sequence_ = 0;                                         // guarded by mutex_
  std::uint64_t next_subscriber_ = 1;                                       // guarded by mutex_
  std::deque<TaskEvent> events_;                                            // guarded by mutex_
  std::map<std::uint64_t, std::shared_ptr<const Subscriber>> subscribers_;  // guarded by mutex_
};

}  // namespace geond::pipeline
