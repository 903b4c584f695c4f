// SPDX-License-Identifier: MIT
#include "picture_cache.hpp"

#include <utility>

namespace geond::api {

std::shared_ptr<const std::string> PictureCache::find(const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(name);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->bytes;
}

void PictureCache::keep(const std::string& name, std::shared_ptr<const std::string> bytes) {
  const std::lock_guard lock(mutex_);
  if (bytes->size() > max_bytes_ || index_.contains(name)) return;
  bytes_ += bytes->size();
  entries_.push_front({name, std::move(bytes)});
  index_.emplace(name, entries_.begin());
  while (bytes_ > max_bytes_) {
    bytes_ -= entries_.back().bytes->size();
    index_.erase(entries_.back().name);
    entries_.pop_back();
  }
}

}  // namespace geond::api
