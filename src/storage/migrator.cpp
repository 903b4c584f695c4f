// SPDX-License-Identifier: MIT
#include "geond/storage/migrator.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <string>

#include "error.hpp"
#include "files.hpp"
#include "geond/core/file_owner.hpp"
#include "geond/storage/connection.hpp"
#include "interruption.hpp"
#include "schema_version.hpp"

namespace geond::storage {
namespace {

using core::Error;
using core::ErrorKind;

/// `geon` in ASCII: says in the file's header whose it is.
constexpr std::int64_t kApplicationId = 0x67656F6E;

std::int64_t read_number(Connection& connection, std::string_view sql) {
  Statement statement = connection.prepare(sql);
  statement.step();
  return statement.integer(0);
}

Error migration_failed(const Migration& migration, std::string_view why) {
  return Error(ErrorKind::internal, "migration_failed",
               fmt::format("Migration {} ({}) failed and was undone: {}", migration.version,
                           migration.name, why));
}

/// `what` is what there is no room for.
Error no_room(const std::filesystem::path& file, std::string_view what) {
  return Error(ErrorKind::storage_full, "storage_full",
               fmt::format("The disk is full: there is no room for {}. Make room for twice the {} "
                           "MiB of {}, then start geond again.",
                           what, size_of(file) >> 20, file.string()));
}

/// The copy, and what SQLite writes beside it.
void remove_partial(const std::filesystem::path& partial) {
  std::error_code unknown;
  std::filesystem::remove(partial, unknown);
  std::filesystem::remove(partial.string() + "-journal", unknown);
}

/// A copy under a temporary name is not whole; it gets its name when it is on the disk.
core::Result<std::filesystem::path> copy_before(Connection& connection,
                                                const std::filesystem::path& file, int version) {
  const std::filesystem::path copy = fmt::format("{}.v{}", file.string(), version);
  const std::filesystem::path partial = copy.string() + ".partial";
  std::error_code error;
  remove_partial(partial);
  try {
    connection.prepare("VACUUM INTO ?").bind(partial.string()).run();
  } catch (const SQLite::Exception& exception) {
    const bool is_full = is_out_of_room(exception, connection);
    // Room that nobody would find, on a disk that may have no more.
    remove_partial(partial);
    if (!is_full) throw;
    return no_room(file, "the copy of the database that is kept from before its upgrade");
  }
  if (const auto synced = sync_path(partial); !synced) return synced.error();
  core::give_to_folder_owner(partial);
  std::filesystem::rename(partial, copy, error);
  if (error) return from_errno("rename " + partial.string(), error.value());
  const auto synced = sync_path(std::filesystem::absolute(copy).parent_path());
  if (!synced) return synced.error();
  return copy;
}

/// One transaction: the statements, the check of references, the version.
void apply(Connection& connection, const Migration& migration) {
  connection.execute("BEGIN IMMEDIATE");
  connection.execute(std::string(migration.sql));
  {
    Statement check = connection.prepare("PRAGMA foreign_key_check");
    if (check.step()) {
      throw SQLite::Exception(fmt::format("table {} refers to rows of {} that do not exist",
                                          check.text(0), check.text(2)),
                              SQLITE_CONSTRAINT);
    }
  }
  connection.execute(fmt::format("PRAGMA user_version = {}; PRAGMA application_id = {}; COMMIT",
                                 migration.version, kApplicationId));
}

core::Result<void> apply_all(Connection& connection, const std::filesystem::path& file,
                             std::span<const Migration> migrations, int version,
                             const core::Logger& logger) {
  for (const Migration& migration : migrations) {
    if (migration.version <= version) continue;
    try {
      apply(connection, migration);
    } catch (const SQLite::Exception& exception) {
      const bool is_full = is_out_of_room(exception, connection);
      interrupt_no_more(connection);
      if (connection.in_transaction()) connection.execute("ROLLBACK");
      if (is_full) return no_room(file, "the database's upgrade");
      if (is_interruption(exception)) return stopping();
      return migration_failed(migration, exception.what());
    }
    logger.info("migrated the database",
                {{"version", migration.version}, {"name", migration.name}});
  }
  return core::ok();
}

/// The file keeps it: whoever opens it afterwards has it, too.
core::Result<void> use_write_ahead_log(Connection& connection, const std::filesystem::path& file) {
  Statement mode = connection.prepare("PRAGMA journal_mode = WAL");
  mode.step();
  if (mode.text(0) == "wal") return core::ok();
  return Error(ErrorKind::internal, "write_ahead_log_unusable",
               fmt::format("{} cannot have a write-ahead log (SQLite chose '{}'): the file system "
                           "shares no memory between programs, as those of a network do not. "
                           "Choose a directory on a local disk with --data.",
                           file.string(), mode.text(0)));
}

core::Result<MigrationReport> migrate_open(Connection& connection,
                                           const std::filesystem::path& file,
                                           std::span<const Migration> migrations,
                                           const core::Logger& logger) {
  MigrationReport report;
  report.to = migrations.empty() ? 0 : migrations.back().version;
  const auto version = read_schema_version(connection, file, report.to);
  if (!version) return version.error();
  report.from = *version;
  // Before anything is written in it: a file of somebody else's is left as it is.
  if (const auto used = use_write_ahead_log(connection, file); !used) return used.error();
  connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF");
  if (report.from == report.to) return report;
  if (report.from > 0) {
    logger.info("the database is upgraded, after a copy of it is made",
                {{"from", report.from}, {"to", report.to}, {"bytes", size_of(file)}});
    auto copy = copy_before(connection, file, report.from);
    if (!copy) return copy.error();
    report.copy = *copy;
    logger.info("copied the database before migrating it", {{"copy", report.copy.string()}});
  }
  const auto applied = apply_all(connection, file, migrations, report.from, logger);
  if (!applied) return applied.error();
  return report;
}

}  // namespace

core::Result<int> read_schema_version(Connection& connection, const std::filesystem::path& file,
                                      int newest) {
  const std::int64_t version = read_number(connection, "PRAGMA user_version");
  const std::int64_t application = read_number(connection, "PRAGMA application_id");
  const bool is_new = version == 0 && application == 0 &&
                      read_number(connection, "SELECT count(*) FROM sqlite_master") == 0;
  if (!is_new && application != kApplicationId) {
    return Error(ErrorKind::conflict, "not_a_geond_database",
                 fmt::format("{} is a database of another program: move it away, or give geond "
                             "another --data directory.",
                             file.string()));
  }
  if (version > newest) {
    return Error(ErrorKind::conflict, "schema_too_new",
                 fmt::format("{} was made by a newer geond (schema {}; this one knows {}): use "
                             "that version, or restore a backup from before the upgrade.",
                             file.string(), version, newest));
  }
  return static_cast<int>(version);
}

core::Result<MigrationReport> migrate(const std::filesystem::path& file,
                                      std::span<const Migration> migrations,
                                      const core::Logger& logger,
                                      const std::function<bool()>& goes_on) {
  int expected = 1;
  for (const Migration& migration : migrations) {
    if (migration.version != expected++) return migration_failed(migration, "it is out of order");
  }
  try {
    Connection connection(file.string(), Connection::Mode::read_write);
    interrupt_unless(connection, goes_on);
    return migrate_open(connection, file, migrations, logger);
  } catch (const SQLite::Exception& exception) {
    if (is_interruption(exception)) return stopping();
    logger.error("the database cannot be opened",
                 {{"file", file.string()}, {"detail", exception.what()}});
    return cannot_open(file, exception);
  }
}

core::Result<std::span<const Migration>> migrations_in(const std::filesystem::path& file,
                                                       std::span<const Migration> migrations) {
  try {
    Connection connection(file.string(), Connection::Mode::read_only);
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    const auto version = read_schema_version(connection, file, newest);
    if (!version) return version.error();
    if (*version == 0) return migrations;
    return migrations.first(static_cast<std::size_t>(*version));
  } catch (const SQLite::Exception& exception) {
    return cannot_open(file, exception);
  }
}

}  // namespace geond::storage
