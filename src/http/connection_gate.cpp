// SPDX-License-Identifier: MIT
#include "connection_gate.hpp"

namespace geond::http {

bool ConnectionGate::enter(const IpAddress& peer) {
  const IpAddress key = peer.counted_as();
  const bool is_exempt = peer.is_loopback() || is_trusted(peer, trusted_);
  const std::lock_guard lock(mutex_);
  if (total_ >= max_connections_) return false;
  const auto count = per_address_.find(key);
  if (!is_exempt && count != per_address_.end() && count->second >= max_per_address_) return false;
  ++total_;
  ++per_address_[key];
  return true;
}

void ConnectionGate::leave(const IpAddress& peer) {
  const std::lock_guard lock(mutex_);
  --total_;
  const auto count = per_address_.find(peer.counted_as());
  if (--count->second == 0) per_address_.erase(count);
}

}  // namespace geond::http
