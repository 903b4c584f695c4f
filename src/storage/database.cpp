// SPDX-License-Identifier: MIT
#include "geond/storage/database.hpp"

#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <new>
#include <optional>
#include <system_error>
#include <utility>

#include "error.hpp"
#include "fault.hpp"
#include "files.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/core/file_owner.hpp"
#include "geond/core/out_of_memory.hpp"
#include "interruption.hpp"
#include "reader_pool.hpp"
#include "writer.hpp"

namespace geond::storage {

namespace {

/// What tells one file from another that took its name; nothing where there is none.
using FileIdentity = std::optional<std::pair<dev_t, ino_t>>;

/// Errors: unavailable `database_unreachable` (its detail is for the log): whether there is one
/// cannot be told, as on a disk that fails for a moment.
core::Result<FileIdentity> identity_of(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) return FileIdentity({status.st_dev, status.st_ino});
  if (is_missing(errno)) return FileIdentity();
  return core::Error(core::ErrorKind::unavailable, core::codes::kDatabaseUnreachable,
                     fmt::format("{} cannot be looked up: {}", file.string(),
                                 std::system_category().message(errno)));
}

/// Makes the file, empty, if it is not there: SQLite gives its log the owner of the database, which
/// has to be the right one before. What cannot be made is for SQLite to tell.
void make_for_owner(const std::filesystem::path& file) {
  const core::FileDescriptor made(
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (made.is_open()) core::give_to_folder_owner(file);
}

core::Error schema_too_old(const std::filesystem::path& file, std::size_t version,
                           std::size_t newest) {
  return core::Error(
      core::ErrorKind::conflict, "schema_too_old",
      fmt::format("{} was made by an older geond (schema {}; this one writes {}), and only the "
                  "server upgrades it: start geond serve on it once, then try again.",
                  file.string(), version, newest));
}

/// Those that opening the file may apply.
core::Result<std::span<const Migration>> allowed_migrations(const DatabaseOptions& options) {
  if (options.upgrade == DatabaseOptions::Upgrade::done) return options.migrations;
  const auto had = migrations_in(options.file, options.migrations);
  if (!had || options.upgrade == DatabaseOptions::Upgrade::left) return had;
  if (had->size() == options.migrations.size()) return had;
  return schema_too_old(options.file, had->size(), options.migrations.size());
}

}  // namespace

struct Database::State {
  State(const DatabaseOptions& database_options, const core::Logger& log, FaultHandler on_fault)
      : options(database_options), logger(log), fault(std::move(on_fault), log) {}

  ~State() {
    if (writer) writer->stop();
    // Readers first: the last connection to close writes the log back, which is the writer's.
    readers.reset();
    writer.reset();
  }

  const DatabaseOptions options;
  const core::Logger logger;
  Fault fault;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<ReaderPool> readers;
  FileIdentity opened;
};

core::Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options,
                                                       const core::Logger& logger,
                                                       FaultHandler on_fault) {
  make_for_owner(options.file);
  const auto migrations = allowed_migrations(options);
  if (!migrations) return migrations.error();
  const auto migrated = migrate(options.file, *migrations, logger, options.goes_on);
  if (!migrated) return migrated.error();
  try {
    auto state = std::make_unique<State>(options, logger, std::move(on_fault));
    state->writer = std::make_unique<Writer>(state->options, state->fault, logger);
    state->readers = std::make_unique<ReaderPool>(options.file, options.readers);
    const auto opened = identity_of(options.file);
    if (!opened) return opened.error();
    state->opened = *opened;
    return std::unique_ptr<Database>(new Database(std::move(state)));
  } catch (const SQLite::Exception& exception) {
    logger.error("the database cannot be opened",
                 {{"file", options.file.string()}, {"detail", exception.what()}});
    return cannot_open(options.file, exception);
  }
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

core::Result<void> Database::run_write(
    const std::function<core::Result<void>(WriteContext&)>& job) {
  if (const auto refusal = state_->fault.refusal()) return *refusal;
  // Each time: what is written to a file that has lost its name is answered for, and gone.
  if (const auto in_place = check_in_place(); !in_place) return in_place;
  return state_->writer->run(job);
}

core::Result<void> Database::run_read(
    const std::function<core::Result<void>(Connection&)>& job) const {
  try {
    return state_->readers->run(job);
  } catch (const SQLite::Exception& exception) {
    const core::Error error = from_sqlite(exception);
    state_->logger.error("a read failed", {{"detail", exception.what()}});
    if (is_corruption(exception)) state_->fault.refuse_writes(error, exception.what());
    return error;
  } catch (const std::bad_alloc&) {
    return core::out_of_memory();
  } catch (const std::exception& exception) {
    state_->logger.error("a read failed", {{"detail", exception.what()}});
    return core::Error(core::ErrorKind::internal, "read_failed", exception.what());
  }
}

core::Result<void> Database::quick_check(std::stop_token stop) {
  std::string findings;
  try {
    Connection connection(state_->options.file.string(), Connection::Mode::read_only);
    interrupt_at(connection, stop);
    Statement check = connection.prepare("PRAGMA quick_check(10)");
    while (check.step()) findings += (findings.empty() ? "" : "; ") + check.text(0);
  } catch (const SQLite::Exception& exception) {
    if (is_interruption(exception)) return stopping();
    if (!is_corruption(exception)) return from_sqlite(exception);
    findings = exception.what();
  }
  if (findings == "ok") return core::ok();
  state_->fault.refuse_writes(database_corrupt(), findings);
  return database_corrupt();
}

core::Result<void> Database::check_in_place() {
  const auto now = identity_of(state_->options.file);
  if (!now) {
    state_->logger.error("the database cannot be reached",
                         {{"code", now.error().code()}, {"detail", now.error().detail()}});
    return database_unreachable();
  }
  if (*now == state_->opened) return core::ok();
  state_->fault.refuse_writes(
      database_moved(),
      fmt::format(
          "{} was removed, renamed or replaced while geond uses it: stop geond, then put it "
          "back or restore a backup",
          state_->options.file.string()));
  return database_moved();
}

core::Result<void> Database::copy_to(const std::filesystem::path& destination,
                                     std::stop_token stop) const {
  std::optional<Connection> connection;
  try {
    connection.emplace(state_->options.file.string(), Connection::Mode::read_only);
    interrupt_at(*connection, stop);
    connection->prepare("VACUUM INTO ?").bind(destination.string()).run();
  } catch (const SQLite::Exception& exception) {
    if (connection && is_out_of_room(exception, *connection)) return storage_full();
    if (is_interruption(exception)) return stopping();
    return core::Error(core::ErrorKind::internal, "backup_failed",
                       fmt::format("The database cannot be copied to {}: {}.", destination.string(),
                                   exception.what()));
  }
  // VACUUM INTO does not wait for the disk.
  return sync_path(destination);
}

void Database::wait_for_locks_until(std::chrono::steady_clock::time_point deadline) {
  state_->writer->wait_for_locks_until(deadline);
}

void Database::report_fault(const core::Error& error) {
  state_->fault.raise(error);
}

std::optional<core::Error> Database::refusal() const {
  return state_->fault.refusal();
}

DatabaseStatistics Database::statistics() const {
  return state_->writer->statistics();
}

const std::filesystem::path& Database::file() const {
  return state_->options.file;
}

}  // namespace geond::storage
