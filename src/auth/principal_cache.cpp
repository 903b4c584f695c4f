// SPDX-License-Identifier: MIT
#include "principal_cache.hpp"

namespace geond::auth {

std::uint64_t PrincipalCache::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

std::optional<PrincipalCache::SessionEntry> PrincipalCache::use_session(core::SessionId id,
                                                                        core::Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return std::nullopt;
  found->second.used_at = now;
  return found->second;
}

std::vector<SessionUse> PrincipalCache::unwritten_uses(core::UserId user) const {
  const std::lock_guard lock(mutex_);
  std::vector<SessionUse> uses;
  for (const auto& [id, entry] : sessions_) {
    if (entry.principal.user != user || entry.used_at <= entry.touched_at) continue;
    uses.push_back({id, entry.used_at});
  }
  return uses;
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
                                  const SessionEntry& entry) {
  const std::lock_guard lock(mutex_);
  if (generation != generation_) return;
  make_room();
  sessions_.insert_or_assign(id, entry);
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
