// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "geond/core/file_descriptor.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/data_layout.hpp"

namespace geond::storage {

/// Whether the folder has the database that belongs there. One with pictures or a signing key whose
/// geond.db is gone or empty has lost it: started as if it were new, it would have all of its
/// pictures removed as left over. One whose geond.db-wal is another database's, as where a backup's
/// geond.db was put over one in use, would have that log written into geond.db. Errors: conflict
/// `database_missing`, `foreign_log`.
core::Result<void> check_database_not_lost(const std::filesystem::path& root);

/// The folder that holds everything geond keeps, locked for this process as long as the object
/// lives (flock, so the lock goes with the process, however it ends). The lock is on `geond.lock`,
/// and on the folder itself, since that file may be removed while the process runs.
class DataDirectory {
 public:
  /// Makes the folder (mode 0700) durably if it is not there, and takes its lock. Errors: conflict
  /// `data_directory_in_use` (names the other process), internal `data_directory_unusable`, also
  /// where what has the name of a file that geond writes there leads to another file.
  static core::Result<DataDirectory> open(const std::filesystem::path& root);

  /// The same lock for whoever only reads: makes and changes nothing, so that a copy on a read-only
  /// file system can be looked at. Errors: as open().
  static core::Result<DataDirectory> open_to_read(const std::filesystem::path& root);

  const DataLayout& layout() const { return layout_; }

 private:
  DataDirectory(DataLayout layout, core::FileDescriptor folder, core::FileDescriptor lock)
      : layout_(std::move(layout)), folder_(std::move(folder)), lock_(std::move(lock)) {}

  DataLayout layout_;
  core::FileDescriptor folder_;
  core::FileDescriptor lock_;
};

}  // namespace geond::storage
