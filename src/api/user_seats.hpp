// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "geond/core/ids.hpp"

namespace geond::api {

/// Counts what each user has under way: so much at most. Thread-safe; must outlive its seats.
class UserSeats {
 public:
  /// `most` of one user, at least 1.
  explicit UserSeats(std::size_t most) : most_(most) {}

  /// Counts as long as it lives.
  class Seat {
   public:
    Seat(UserSeats& seats, core::UserId owner) : seats_(&seats), owner_(owner) {}
    ~Seat() {
      if (seats_ != nullptr) seats_->leave(owner_);
    }
    Seat(Seat&& other) noexcept
        : seats_(std::exchange(other.seats_, nullptr)), owner_(other.owner_) {}
    Seat& operator=(Seat&&) = delete;

   private:
    UserSeats* seats_;
    core::UserId owner_;
  };

  /// Nothing if the user has all of them.
  std::optional<Seat> take(core::UserId owner);

  std::size_t most() const { return most_; }

 private:
  void leave(core::UserId owner);

  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<core::UserId, std::size_t> taken_;  // guarded by mutex_; no zeros
};

}  // namespace geond::api
