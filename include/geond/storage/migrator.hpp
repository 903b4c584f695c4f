// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"

namespace geond::storage {

/// One step of the schema. `sql` holds statements without BEGIN and COMMIT.
struct Migration {
  int version = 0;  ///< 1, 2, 3, ... without gaps.
  std::string_view name;
  std::string_view sql;
};

/// The migrations in the program, from migrations/NNNN_name.sql.
std::span<const Migration> embedded_migrations();

/// What migrate() found and did.
struct MigrationReport {
  int from = 0;                ///< Version before; 0 for a new file.
  int to = 0;                  ///< Version now.
  std::filesystem::path copy;  ///< The copy made beforehand; empty if none was needed.
};

/// Brings the database file up to the last migration. Before it changes a file that holds
/// something, it writes a copy beside it (`geond.db.v<from>`). Each migration is one transaction
/// together with its version, so killing it at any moment leaves a version that the next call
/// goes on from. `goes_on` is asked all the while; false from it ends the work, undone as if killed
/// but for the copy, which is removed if it is not whole. Also gives the file its write-ahead log.
/// Needs the file for itself: call before anybody else opens it. Errors: conflict `schema_too_new`
/// (made by a newer geond), `not_a_geond_database`; internal `migration_failed`, `database_error`,
/// `write_ahead_log_unusable` (its file system can have none); storage_full `storage_full`;
/// unavailable `database_corrupt`, `database_busy` (another program holds it), `stopping`
/// (`goes_on` ended it).
core::Result<MigrationReport> migrate(const std::filesystem::path& file,
                                      std::span<const Migration> migrations,
                                      const core::Logger& logger,
                                      const std::function<bool()>& goes_on = {});

/// Those of `migrations` that the file has had already; all of them for a new one. Errors: as
/// migrate().
core::Result<std::span<const Migration>> migrations_in(const std::filesystem::path& file,
                                                       std::span<const Migration> migrations);

}  // namespace geond::storage
