// SPDX-License-Identifier: MIT
#include "event_seats.hpp"

#include "geond/api/services.hpp"

namespace geond::api {

EventSeats::Seat EventSeats::take(core::UserId owner, std::size_t most,
                                  std::shared_ptr<http::Event> wake) {
  const auto chair = std::make_shared<Chair>(std::move(wake));
  std::shared_ptr<Chair> oldest;
  {
    const std::lock_guard lock(mutex_);
    auto& chairs = chairs_[owner];
    if (chairs.size() >= most) {
      oldest = chairs.front();
      chairs.pop_front();
    }
    chairs.push_back(chair);
  }
  if (oldest) {
    oldest->is_lost = true;
    oldest->wake->notify();
  }
  return Seat(*this, owner, chair);
}

void EventSeats::leave(core::UserId owner, const std::shared_ptr<Chair>& chair) {
  const std::lock_guard lock(mutex_);
  const auto found = chairs_.find(owner);
  if (found == chairs_.end()) return;
  found->second.remove(chair);
  if (found->second.empty()) chairs_.erase(found);
}

std::shared_ptr<EventSeats> make_event_seats() {
  return std::make_shared<EventSeats>();
}

}  // namespace geond::api
