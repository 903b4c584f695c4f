// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace geond::api {

/// Small pictures that were made lately, so that a list that is scrolled back and forth does not
/// decode everything again. Thread-safe, of bounded size; the one not used for longest goes first.
class PictureCache {
 public:
  explicit PictureCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Null if it is not there.
  std::shared_ptr<const std::string> find(const std::string& name);
  void keep(const std::string& name, std::shared_ptr<const std::string> bytes);

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<const std::string> bytes;
  };

  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;                                              // guarded by mutex_
  std::list<Entry> entries_;                                           // guarded by mutex_
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;  // guarded by mutex_
};

}  // namespace geond::api
