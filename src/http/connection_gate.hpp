// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <vector>

#include "addresses.hpp"

namespace geond::http {

/// Counts connections, in all and by address, and says whether one more fits. Thread-safe.
class ConnectionGate {
 public:
  /// Addresses on loopback and `trusted` proxies count in all only: many people stand behind them.
  ConnectionGate(std::size_t max_connections, std::size_t max_per_address,
                 const std::vector<Network>& trusted)
      : max_connections_(max_connections), max_per_address_(max_per_address), trusted_(trusted) {}

  /// Counts the connection if it fits; then leave() has to be called when it is gone.
  bool enter(const IpAddress& peer);
  void leave(const IpAddress& peer);

 private:
  const std::size_t max_connections_;
  const std::size_t max_per_address_;
  const std::vector<Network>& trusted_;
  std::mutex mutex_;
  std::size_t total_ = 0;                         // Guarded by mutex_.
  std::map<IpAddress, std::size_t> per_address_;  // Guarded by mutex_.
};

}  // namespace geond::http
