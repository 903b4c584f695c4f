// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/storage/database.hpp"

namespace geond::storage {

/// What a backup holds.
struct BackupReport {
  std::filesystem::path destination;
  std::int64_t blobs = 0;
  std::int64_t bytes = 0;  ///< Of the database and the blobs together.
  /// SHA-256 of pictures that the copied database refers to and that were not there to be copied.
  std::vector<std::string> missing;
};

/// Writes a complete, consistent copy of a live data directory to `destination`, which must not
/// exist: first under `<destination>.partial`, fsynced, then renamed, so that what bears the name
/// is whole. Blobs are hard-linked where that is possible, copied elsewhere; imported models and
/// the signing key are taken along if they are there. To restore, start geond with (a copy of) the
/// destination as its data directory. A picture that is missing is
/// told and does not keep the others from being copied; whether their content is right is
/// verify()'s to say. `stop` is looked at between two files. What was written is removed if it does
/// not become whole. Errors: conflict `backup_exists`, invalid_argument `no_such_folder` (nothing
/// to put it into) and `backup_within_data` (it lies in the data directory's blobs, models or tmp),
/// internal `backup_failed` (whatever kept it from being written, on either disk), storage_full
/// `storage_full`, unavailable `stopping`.
core::Result<BackupReport> back_up(const Database& database, BlobStore& blobs,
                                   const std::filesystem::path& destination,
                                   const std::stop_token& stop = {});

/// What verify() found.
struct VerifyReport {
  std::vector<std::string> problems;  ///< Sentences; at most 100. Empty: all is well.
  std::int64_t blobs = 0;             ///< Blobs whose content was hashed.
  std::int64_t orphans = 0;           ///< Blobs that nothing refers to: harmless.
  std::int64_t missing = 0;           ///< References without a blob.
  std::int64_t broken = 0;            ///< Blobs whose content is not what their name says.
  std::int64_t unreadable = 0;        ///< Blobs that could not be opened or read.
};

/// Reads everything in a data directory (or a backup): integrity_check, foreign keys, every blob
/// against its name, every reference against the blobs. Changes nothing; a live server may go on.
/// `stop` ends it within the time that one blob takes.
/// Errors: not_found `data_directory_not_found`, internal `database_error`; unavailable `stopping`,
/// and `storage_failed`, `database_busy` and `out_of_memory` of the database's file.
core::Result<VerifyReport> verify(const std::filesystem::path& data_directory,
                                  std::stop_token stop = {});

/// Whether geond can start with this database: it is one, geond's, not of a newer geond, and passes
/// quick_check (seconds on a large file). Changes nothing in it, though SQLite may put an empty
/// -wal and -shm beside it; a live server may go on. Errors: unavailable `database_corrupt` (the
/// detail says what SQLite found), `storage_failed`, `database_busy`, `out_of_memory`; conflict
/// `not_a_geond_database`, `schema_too_new`; internal `database_error` (it cannot be opened).
core::Result<void> check_database(const std::filesystem::path& file);

}  // namespace geond::storage
