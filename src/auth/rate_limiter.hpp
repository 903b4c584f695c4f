// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "geond/auth/address_bucket.hpp"
#include "geond/core/clock.hpp"

namespace geond::auth {

/// Token buckets by name: each holds `burst` tokens at most and regains `per_second`.
/// Thread-safe, of bounded memory: when there are too many names, new ones share one bucket.
class RateLimiter {
 public:
  RateLimiter(const core::Clock& clock, double burst, double per_second,
              std::size_t max_buckets = 10'000);

  /// Takes a token; false if there is none.
  bool take(std::string_view name);

  /// Gives a token back: the attempt was a good one.
  void give_back(std::string_view name);

  /// Whether the name shares the bucket of those for which there were too many names.
  bool is_crowded_out(std::string_view name) const;

  /// Until a token is there again, rounded up; at least one second.
  std::chrono::seconds retry_after(std::string_view name) const;

 private:
  struct Bucket {
    double tokens;
    std::chrono::steady_clock::time_point at;
  };

  double tokens_of(const Bucket& bucket) const;
  Bucket& bucket(std::string_view name);      // needs mutex_
  void drop_full();                           // needs mutex_
  bool has_own(std::string_view name) const;  // needs mutex_

  const core::Clock& clock_;
  const double burst_;
  const double per_second_;
  const std::size_t max_buckets_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;   // guarded by mutex_
  Bucket overflow_;                                   // guarded by mutex_
  std::chrono::steady_clock::time_point next_sweep_;  // guarded by mutex_
};

/// Counts attempts by address, as address_bucket() names it, and those from IPv6 by its /48 network
/// as well: whoever holds one has 65,536 addresses that count. Thread-safe.
class AddressLimiter {
 public:
  /// Why there was no token.
  enum class Lack {
    none,   ///< There was one, and it is taken.
    own,    ///< The address has used up its own.
    others  ///< Others have used up what the address shares with them.
  };

  /// `network_factor`: how many addresses' tokens a whole network has.
  AddressLimiter(const core::Clock& clock, double burst, double per_second, double network_factor);

  Lack take(std::string_view bucket);
  void give_back(std::string_view bucket);
  /// As of RateLimiter.
  std::chrono::seconds retry_after(std::string_view bucket) const;

 private:
  RateLimiter addresses_;
  RateLimiter networks_;
};

}  // namespace geond::auth
