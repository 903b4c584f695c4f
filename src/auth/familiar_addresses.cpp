// SPDX-License-Identifier: MIT
#include "familiar_addresses.hpp"

#include <algorithm>

namespace geond::auth {

void FamiliarAddresses::remember(const std::string& name, const std::string& address) {
  const std::lock_guard lock(mutex_);
  std::deque<Entry>& entries = accounts_[name];
  std::erase_if(entries, [&](const Entry& entry) { return entry.address == address; });
  entries.push_back({address, clock_.steady_now() + kept_});
  if (entries.size() > kMaxAddresses) entries.pop_front();
}

bool FamiliarAddresses::knows(const std::string& name, const std::string& address) const {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(name);
  if (found == accounts_.end()) return false;
  const auto now = clock_.steady_now();
  return std::ranges::any_of(found->second, [&](const Entry& entry) {
    return entry.address == address && entry.until > now;
  });
}

}  // namespace geond::auth
