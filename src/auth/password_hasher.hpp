// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"

namespace geond::auth {

/// Argon2id (RFC 9106) through libsodium, with a bound on how many run at once: each takes some
/// 30 ms of a core and its memory. Thread-safe; calls block.
class PasswordHasher {
 public:
  struct Cost {
    std::size_t memory;  ///< Bytes a run takes, at least 8 KiB.
    unsigned passes;     ///< At least 1.
  };

  /// `slots` run at once, at least 1; more callers wait their turn.
  PasswordHasher(Cost cost, int slots);

  /// The encoded hash (`$argon2id$v=19$...`) with a random salt. Throws std::bad_alloc if the
  /// memory is not to be had.
  std::string hash(std::string_view password);

  /// Whether `password` is the one that was hashed. An empty `encoded` (nobody there) takes as
  /// long as any other and is false. Errors: unavailable `out_of_memory`.
  core::Result<bool> verify(std::string_view password, std::string_view encoded);

  /// Whether the hash was made with another cost than this hasher's.
  bool needs_rehash(std::string_view encoded) const;

 private:
  class Slot;

  std::string run_hash(std::string_view password) const;

  const Cost cost_;
  const int slots_;
  std::mutex mutex_;
  std::condition_variable free_;
  int running_ = 0;           // guarded by mutex_
  const std::string nobody_;  ///< The hash that an unknown name is compared with.
};

}  // namespace geond::auth
