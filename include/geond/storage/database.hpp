// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <type_traits>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/connection.hpp"
#include "geond/storage/migrator.hpp"

namespace geond::storage {

class DiskSpace;

/// What a write may do besides SQL. Valid only during the call that got it.
class WriteContext {
 public:
  virtual ~WriteContext() = default;

  virtual Connection& connection() = 0;

  /// fsyncs a directory before the commit; if that fails, so does the commit.
  virtual void sync_directory(const std::filesystem::path& directory) = 0;

  /// Runs `action` on the writer thread after the commit and before the next transaction;
  /// not at all if the write is rolled back. It may read from the connection. It must not call
  /// Database::write().
  virtual void after_commit(std::function<void(Connection&)> action) = 0;

  /// Likewise if the write is undone, once it is known that there is no second run; what a first
  /// run asked for counts too. Not at all if the storage can no longer be trusted: whether the
  /// commit is in the file shows at the next start only.
  virtual void after_rollback(std::function<void(Connection&)> action) = 0;
};

/// How a database is opened.
struct DatabaseOptions {
  std::filesystem::path file;
  /// Migrations to apply at start; what embedded_migrations() gives, unless a test says otherwise.
  std::span<const Migration> migrations = embedded_migrations();
  /// Whether a file of an older geond is brought up to the last migration, read as it is, or
  /// refused with conflict `schema_too_old`.
  enum class Upgrade { done, left, refused } upgrade = Upgrade::done;
  /// Asked while the file is migrated; false ends that. See migrate().
  std::function<bool()> goes_on;
  int readers = 4;              ///< Read-only connections, 1 to 64.
  DiskSpace* disk = nullptr;    ///< Whose reserve to use on a full disk; may be null.
  int checkpoint_pages = 1000;  ///< Length of the log at which it is written back.
  int most_jobs = 64;           ///< Writes that share a commit, at most.
};

/// Figures since the start, and sizes now.
struct DatabaseStatistics {
  std::uint64_t commits = 0;
  std::uint64_t writes = 0;  ///< Committed ones; writes / commits is the gain of group commit.
  std::uint64_t failed_commits = 0;
  std::uint64_t checkpoints = 0;
  std::int64_t file_bytes = 0;  ///< Size of the file without the log; 0 if it cannot be told.
  std::int64_t log_bytes = 0;   ///< Of the pages in the write-ahead log.
  double commit_seconds = 0;    ///< That commits took, with the fsync in each.
};

/// geond's SQLite database: one writer thread, which is also the only one that checkpoints, and a
/// pool of read-only connections. WAL, synchronous=FULL. Thread-safe.
///
/// Errors that any write or read may return:
///   storage_full `storage_full`    the disk is full; nothing was changed;
///   unavailable  `storage_failed`  an I/O error or a failed fsync. Of a write: no other succeeds
///                                  any more, the fault handler has been told, the process has to
///                                  end. Of a read: it alone failed;
///   unavailable  `database_corrupt` quick_check failed, or a read or a write met damage: other
///                                  reads go on, writes are refused from then on;
///   unavailable  `database_moved`  check_in_place failed: likewise;
///   unavailable  `database_unreachable`  whether the file is in its place cannot be told at the
///                                  moment; nothing was changed, of a write;
///   unavailable  `database_busy`   another program has held the file for seconds; nothing was
///                                  changed, and it may go the next time;
///   unavailable  `stopping`        the database is being closed; `out_of_memory`: nothing changed;
///   unavailable  `too_many_files`  no descriptor is left to fsync a directory with: of a write;
///   internal     `database_error`  anything else that SQLite reports (a fault in geond);
///   internal     `write_failed`, `read_failed`  the body threw.
class Database {
 public:
  /// Called once, on the writer's or the caller's thread, when the storage can no longer be
  /// trusted. Must not block and must not call the database: it asks the process to end.
  using FaultHandler = std::function<void(const core::Error&)>;

  /// Migrates, unless the options say otherwise, and opens. Errors: those of migrate(),
  /// `schema_too_old` where the options refuse an upgrade, and those above.
  static core::Result<std::unique_ptr<Database>> open(const DatabaseOptions& options,
                                                      const core::Logger& logger,
                                                      FaultHandler on_fault = {});
  /// Finishes the writes that wait, then closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `body(WriteContext&) -> Result<T>` on the writer thread and returns its answer after the
  /// commit that holds it. An error from the body undoes the body's changes and no others.
  /// `body` may run twice (when the first commit found the disk full), the first run undone:
  /// it must set, not add to, what it captures. Blocks; not to be called on the writer thread or
  /// on a thread that serves connections.
  template <class Body>
  std::invoke_result_t<Body&, WriteContext&> write(Body&& body) {
    std::optional<std::invoke_result_t<Body&, WriteContext&>> answer;
    const std::function<core::Result<void>(WriteContext&)> job =
        [&answer, &body](WriteContext& context) -> core::Result<void> {
      answer.emplace(body(context));
      if (!*answer) return answer->error();
      return core::ok();
    };
    const core::Result<void> committed = run_write(job);
    if (!committed) return committed.error();
    return std::move(*answer);
  }

  /// Runs `body(Connection&) -> Result<T>` on the caller's thread over one consistent snapshot.
  /// Waits for a connection if all are in use. Must not be nested.
  template <class Body>
  std::invoke_result_t<Body&, Connection&> read(Body&& body) const {
    std::optional<std::invoke_result_t<Body&, Connection&>> answer;
    const std::function<core::Result<void>(Connection&)> job =
        [&answer, &body](Connection& connection) -> core::Result<void> {
      answer.emplace(body(connection));
      return core::ok();
    };
    const core::Result<void> done = run_read(job);
    if (!done) return done.error();
    return std::move(*answer);
  }

  /// SQLite's quick_check on a connection of its own; takes seconds on a large file. If it finds
  /// something, it is logged and writes are refused from then on. Errors: unavailable
  /// `database_corrupt`, `stopping` (stopped by `stop`).
  core::Result<void> quick_check(std::stop_token stop = {});

  /// Whether the file that was opened still bears its name: what is written to one that was removed
  /// or replaced is gone at the end of the process. If it does not, that is logged and writes are
  /// refused from then on. Errors: unavailable `database_moved`, `database_unreachable`.
  core::Result<void> check_in_place();

  /// Writes a consistent copy to `destination`, which must not exist; fsynced. Reads and writes
  /// go on meanwhile. Errors: internal `backup_failed`, storage_full `storage_full`, unavailable
  /// `stopping` (stopped by `stop`; a part of it may be there).
  core::Result<void> copy_to(const std::filesystem::path& destination,
                             std::stop_token stop = {}) const;

  /// From now on nobody waits later than `deadline` (of steady_clock) for another program that
  /// holds the file; else it is five seconds a transaction. For a stop, which must not outlast its
  /// time.
  void wait_for_locks_until(std::chrono::steady_clock::time_point deadline);

  /// Tells the database that a write or fsync outside SQLite failed: from now on it behaves as if
  /// its own had (`storage_failed`). Only the first call counts.
  void report_fault(const core::Error& error);

  /// Why nothing is written any more: the disk failed, or the file is damaged. Nothing while all is
  /// well.
  std::optional<core::Error> refusal() const;

  DatabaseStatistics statistics() const;
  const std::filesystem::path& file() const;

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);

  core::Result<void> run_write(const std::function<core::Result<void>(WriteContext&)>& job);
  core::Result<void> run_read(const std::function<core::Result<void>(Connection&)>& job) const;

  std::unique_ptr<State> state_;
};

}  // namespace geond::storage
