// SPDX-License-Identifier: MIT
#include "user_seats.hpp"

namespace geond::api {

std::optional<UserSeats::Seat> UserSeats::take(core::UserId owner) {
  const std::lock_guard lock(mutex_);
  std::size_t& taken = taken_[owner];
  if (taken >= most_) return std::nullopt;
  ++taken;
  return std::optional<Seat>(std::in_place, *this, owner);
}

void UserSeats::leave(core::UserId owner) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(owner);
  if (--found->second == 0) taken_.erase(found);
}

}  // namespace geond::api
