// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "geond/auth/auth_service.hpp"
#include "geond/auth/repository.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/core/random.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/storage/data_directory.hpp"
#include "geond/storage/database.hpp"
#include "geond/storage/disk_space.hpp"

namespace geond::app {

struct StoresConfig {
  std::filesystem::path data;
  std::int64_t disk_watermark = 0;  ///< Bytes that uploads leave free.
  auth::Registration registration = auth::Registration::closed;
  storage::Database::FaultHandler on_fault;
  storage::DatabaseOptions::Upgrade upgrade = storage::DatabaseOptions::Upgrade::done;
  std::function<bool()> goes_on;  ///< Asked during an upgrade; false ends it. May be empty.
  int readers = 4;                ///< Threads that may read the database at once, 1 to 64.
};

/// What lies in a data directory, opened: its lock, database, pictures and accounts. Members are
/// destroyed from the last to the first.
struct Stores {
  core::SystemClock clock;
  core::SystemRandom random;
  std::unique_ptr<storage::DataDirectory> directory;
  std::unique_ptr<storage::DiskSpace> disk;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::BlobStore> blobs;
  std::unique_ptr<auth::AuthRepository> accounts;
  std::unique_ptr<auth::AuthService> auth;
};

/// Opens everything; makes what is missing, but no database for pictures that have lost theirs.
/// Errors: those of DataDirectory, check_database_not_lost(), Database, BlobStore and AuthService.
core::Result<std::unique_ptr<Stores>> open_stores(const StoresConfig& config,
                                                  const core::Logger& logger);

}  // namespace geond::app
