// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>

#include "geond/core/clock.hpp"

namespace geond::auth {

/// From which addresses accounts were signed in to lately, so that strangers' guesses do not keep
/// their owners out. Thread-safe, of bounded memory: only who knew the password gets in here, and
/// of each account the latest kMaxAddresses are kept.
class FamiliarAddresses {
 public:
  static constexpr std::size_t kMaxAddresses = 16;

  FamiliarAddresses(const core::Clock& clock, std::chrono::seconds kept)
      : clock_(clock), kept_(kept) {}

  /// `name` folded, `address` as address_bucket() says.
  void remember(const std::string& name, const std::string& address);
  bool knows(const std::string& name, const std::string& address) const;

 private:
  struct Entry {
    std::string address;
    std::chrono::steady_clock::time_point until;
  };

  const core::Clock& clock_;
  const std::chrono::seconds kept_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::deque<Entry>> accounts_;  // guarded by mutex_
};

}  // namespace geond::auth
