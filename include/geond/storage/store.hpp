#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/storage/database.hpp"

namespace geond::storage {

struct StoreOptions {
  std::uint64_t watermark = 256ULL << 20;  ///< Bytes that uploads leave free on the disk.
  int readers = 4;
  std::function<void(const core::Error&)> on_fault;  ///< See DatabaseOptions.
};

struct BackupReport {
  std::int64_t pictures = 0;
};

/// A data directory, held by one process: lock, database, blobs, and a reserve file that is given
/// up when the disk is full, so that deleting still works.
class Store {
 public:
  /// Makes the directory if needed (mode 0700) and takes its lock. Errors: conflict
  /// `data_directory_in_use` (another process has it), and those of Database::open and
  /// BlobStore::open.
  static core::Result<std::unique_ptr<Store>> open(const std::filesystem::path& directory,
                                                   StoreOptions options, core::Logger logger);
  ~Store();

  Database& database() { return *database_; }
  BlobStore& blobs() { return *blobs_; }
  const std::filesystem::path& directory() const { return directory_; }

  /// Copies everything into `destination`, which must not exist, while work goes on: database
  /// first, then the blobs (hard links where the file system allows it), made durable and renamed
  /// into place as a whole. Errors: invalid_argument `backup_exists`, internal `backup_failed`.
  core::Result<BackupReport> back_up(const std::filesystem::path& destination);

  /// Gives up the reserve file, so that the database can write what frees more.
  void release_reserve();

  /// Makes the reserve file again if there is room.
  void restore_reserve();

 private:
  Store(std::filesystem::path directory, FileDescriptor lock, core::Logger logger);

  const std::filesystem::path directory_;
  FileDescriptor lock_;
  core::Logger logger_;
  std::unique_ptr<BlobStore> blobs_;
  std::unique_ptr<Database> database_;
};

}  // namespace geond::storage
