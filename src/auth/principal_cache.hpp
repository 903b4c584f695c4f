// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "geond/auth/principal.hpp"
#include "geond/auth/repository.hpp"
#include "geond/core/clock.hpp"
#include "secrets.hpp"

namespace geond::auth {

/// Remembers who is behind a session or a key. Thread-safe.
///
/// Whoever changes what authentication reads calls clear() after its commit, or forget_session()
/// for each session it has ended if it did nothing else. A reader takes generation() before it
/// reads and hands it in with what it found: if there was a change in between, what it found may be
/// old and is not kept.
class PrincipalCache {
 public:
  struct SessionEntry {
    Principal principal;
    core::Timestamp touched_at;  ///< When the session's "last used" was written.
    core::Timestamp used_at;
  };
  struct KeyEntry {
    Principal principal;
    SecretHash secret_hash{};
    core::Timestamp touched_at;  ///< When the key's "last used" was written.
  };

  explicit PrincipalCache(std::size_t max_entries = 10'000) : max_entries_(max_entries) {}

  std::uint64_t generation() const;
  /// What is known of a session, which is used now.
  std::optional<SessionEntry> use_session(core::SessionId id, core::Timestamp now);
  /// The uses of a user's sessions that were not written.
  std::vector<SessionUse> unwritten_uses(core::UserId user) const;
  std::optional<KeyEntry> key(core::ApiKeyId id) const;

  void keep_session(std::uint64_t generation, core::SessionId id, const SessionEntry& entry);
  void keep_key(std::uint64_t generation, core::ApiKeyId id, const KeyEntry& entry);
  void forget_session(core::SessionId id);
  void clear();

 private:
  void make_room();  // needs mutex_

  const std::size_t max_entries_;
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 0;                                // guarded by mutex_
  std::unordered_map<core::SessionId, SessionEntry> sessions_;  // guarded by mutex_
  std::unordered_map<core::ApiKeyId, KeyEntry> keys_;           // guarded by mutex_
};

}  // namespace geond::auth
