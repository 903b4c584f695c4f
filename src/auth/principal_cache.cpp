// SPDX-License-Identifier: MIT
#include "principal_cache.hpp"

namespace geond::auth {

std::uint64_t PrincipalCache::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::optional<Principal> PrincipalCache::session(core::SessionId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return std::nullopt;
  return found->second;
}

std::optional<PrincipalCache::KeyEntry> PrincipalCache::key(core::ApiKeyId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

void PrincipalCache::make_room() {
  if (sessions_.size() + keys_.size() < max_entries_) return;
  sessions_.clear();
  keys_.clear();
}

void PrincipalCache::keep_session(std::uint64_t generation, core::SessionId id,
                                  const Principal& principal) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  make_room();
  sessions_.insert_or_assign(id, principal);
}

void PrincipalCache::keep_key(std::uint64_t generation, core::ApiKeyId id, const KeyEntry& entry) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  make_room();
  keys_.insert_or_assign(id, entry);
}

void PrincipalCache::forget_session(core::SessionId id) {
  const std::lock_guard lock(mutex_);
  ++generation_;
  sessions_.erase(id);
}

void PrincipalCache::clear() {
  const std::lock_guard lock(mutex_);
  ++generation_;
  sessions_.clear();
  keys_.clear();
}

}  // namespace geond::auth
