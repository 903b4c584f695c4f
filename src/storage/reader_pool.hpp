// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/storage/connection.hpp"

namespace geond::storage {

/// Read-only connections, each lent to one thread at a time. Thread-safe.
class ReaderPool {
 public:
  /// Opens `count` connections. Throws SQLite::Exception.
  ReaderPool(const std::filesystem::path& file, int count);

  /// Runs `job` over one snapshot on a free connection; waits for one. Throws what SQLite throws.
  core::Result<void> run(const std::function<core::Result<void>(Connection&)>& job);

 private:
  class Lease;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> free_;  // guarded by mutex_
};

}  // namespace geond::storage
