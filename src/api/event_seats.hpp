// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "geond/core/ids.hpp"
#include "geond/http/context.hpp"

namespace geond::api {

/// Who has an event stream: each user so many at most, since every event costs every stream a
/// look into the database. A newcomer takes the seat of the oldest. Thread-safe; must outlive its
/// seats.
class EventSeats {
 private:
  struct Chair {
    explicit Chair(std::shared_ptr<http::Event> event) : wake(std::move(event)) {}
    const std::shared_ptr<http::Event> wake;
    std::atomic<bool> is_lost{false};
  };

 public:
  /// A place among a user's streams, given up when destroyed.
  class Seat {
   public:
    Seat(EventSeats& seats, core::UserId owner, std::shared_ptr<Chair> chair)
        : seats_(seats), owner_(owner), chair_(std::move(chair)) {}
    ~Seat() { seats_.leave(owner_, chair_); }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    /// Whether a newer stream has taken it.
    bool is_lost() const { return chair_->is_lost; }

   private:
    EventSeats& seats_;
    const core::UserId owner_;
    const std::shared_ptr<Chair> chair_;
  };

  /// Takes a seat; the user's oldest stream loses its own if there are `most` (at least 1)
  /// already, and is woken.
  Seat take(core::UserId owner, std::size_t most, std::shared_ptr<http::Event> wake);

 private:
  void leave(core::UserId owner, const std::shared_ptr<Chair>& chair);

  std::mutex mutex_;
  /// Oldest first.
  std::unordered_map<core::UserId, std::list<std::shared_ptr<Chair>>> chairs_;  // guarded by mutex_
};

}  // namespace geond::api
