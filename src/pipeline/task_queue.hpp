// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/lockfree/queue.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "geond/core/ids.hpp"
#include "semaphore.hpp"

namespace geond::pipeline {

/// The most tasks that may wait: what Boost's fixed-size lock-free queue can index (16 bits).
inline constexpr std::size_t kMaximumQueueCapacity = 65'535;

/// A bounded lock-free queue of hints: an entry says "there is a task to claim" and nothing else.
/// The database decides that at the claim, so a hint that is lost or stale costs nothing but a
/// look. Thread-safe, any number of producers and consumers.
///
/// Admission is counted apart from the hints: an upload takes a place before its picture is read,
/// and hands it to the task that it becomes, so that waiting() does not pass the capacity however
/// many uploads and retries are under way.
class TaskQueue {
 public:
  /// `capacity` is 1 to kMaximumQueueCapacity.
  explicit TaskQueue(std::size_t capacity);

  /// What reserve() found.
  struct Held {
    std::int64_t count = 0;     ///< Of the places that were wanted.
    std::int64_t of_owner = 0;  ///< All that the owner holds now, these included.
  };

  /// Takes places for what is about to be queued: as many of `wanted` as there are.
  Held reserve(core::UserId owner, std::int64_t wanted);

  /// Gives places back that reserve() took.
  void release(core::UserId owner, std::int64_t count);

  /// `count` tasks were queued (whether they had a place or come from an earlier process).
  void add_queued(std::int64_t count) { queued_ += count; }

  /// `count` tasks left the queue.
  void remove_queued(std::int64_t count) { queued_ -= count; }

  /// Brings the count of queued tasks in line with what `count_all` finds in the database; nothing
  /// happens if it finds nothing out. What comes and goes while it looks is counted as well.
  /// Whether fewer are queued than were counted.
  bool recount(const std::function<std::optional<std::int64_t>()>& count_all);

  /// Leaves a hint and wakes a consumer. A hint that finds no room is dropped: consumers look into
  /// the database before they sleep.
  void push_hint();

  /// Takes a hint; waits until there is one or wake() is called. Whether there was one.
  bool wait_hint();

  /// Takes a hint if there is one. Whether there was one.
  bool try_hint();

  /// Lets `consumers` waiting calls return with nothing.
  void wake(std::ptrdiff_t consumers) { available_.release(consumers); }

  std::size_t waiting() const;
  std::size_t capacity() const { return capacity_; }

  /// How many places one user's uploads and queued tasks may take together: half of the capacity,
  /// at least one. Whoever has more than that would keep everybody else out.
  std::size_t share() const;

 private:
  bool pop();
  /// What comes and goes at the same time may be counted in another order for a moment: never less
  /// than nothing.
  std::int64_t queued() const { return std::max<std::int64_t>(0, queued_); }

  struct Hint {};

  const std::size_t capacity_;
  boost::lockfree::queue<Hint, boost::lockfree::fixed_sized<true>> hints_;
  Semaphore available_;  // counts the hints, and what wake() adds
  std::mutex reserved_mutex_;
  std::unordered_map<core::UserId, std::int64_t> reserved_of_;  // guarded by reserved_mutex_
  std::atomic<std::int64_t> reserved_{0};                       // written under reserved_mutex_
  std::atomic<std::int64_t> queued_{0};
};

}  // namespace geond::pipeline
