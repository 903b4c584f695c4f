#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/connection.hpp"

namespace geond::storage {

/// A job for the writer or a reader that was called with a connection and left its result in
/// itself. Internal to Database.
class Job {
 public:
  virtual ~Job() = default;
  /// Does the work; an error or an exception undoes what it wrote.
  virtual core::Result<void> run(Connection& connection) = 0;
};

struct DatabaseOptions {
  int readers = 4;  ///< Read-only connections, 1 to 64.
  /// Called once, on the writer thread, when a commit failed because of the disk. From then on
  /// every write is refused: the process has to be restarted.
  std::function<void(const core::Error&)> on_fault;
};

/// geond's SQLite database: one writer thread that commits whatever has gathered as one
/// transaction (WAL, synchronous=FULL), and read-only connections for everybody else.
///
/// One connection alone writes and checkpoints, since SQLite before 3.51.3 can lose committed data
/// in WAL mode when two do. Thread-safe.
///
/// Jobs are called with a Connection& and return core::Result<T>. An error that a write job
/// returns undoes that job alone; its neighbours in the transaction stay. SQLite's own failures
/// become: storage_full `storage_full` (disk or quota), unavailable `database_unavailable` (fault
/// earlier, or stopping), internal `database_error`.
class Database {
 public:
  /// Opens or creates the file and migrates it to the newest schema. Errors: invalid_argument
  /// `schema_too_new`, internal `database_error`.
  static core::Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                      DatabaseOptions options,
                                                      core::Logger logger);

  /// Finishes the writes that were asked for, then closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Runs `job` on the writer thread and returns after its commit: what it returned, or why it
  /// is not on disk. Blocks; never call it from a write job.
  template <class Function>
  std::invoke_result_t<Function&, Connection&> write(Function job) {
    TypedJob<Function> typed(std::move(job));
    if (auto done = write_job(typed); done.has_error()) return done.error();
    return std::move(*typed.result);
  }

  /// Runs `job` on a read-only connection, in one read transaction. Blocks until one is free.
  template <class Function>
  std::invoke_result_t<Function&, Connection&> read(Function job) {
    TypedJob<Function> typed(std::move(job));
    if (auto done = read_job(typed); done.has_error()) return done.error();
    return std::move(*typed.result);
  }

  /// Whether the disk failed under a commit: nothing is written any more.
  bool has_fault() const;

  /// Refuses writes from now on, as after a failed disk: the file turned out to be damaged.
  void declare_fault(const core::Error& why);

  /// Copies the database as it is now to a new file (VACUUM INTO). Errors: internal
  /// `backup_failed`.
  core::Result<void> copy_to(const std::filesystem::path& file);

  /// `ok`, or what SQLite's quick_check (or with `whole` integrity_check) found.
  enum class Check { quick, whole };
  core::Result<std::string> check(Check depth);

 private:
  template <class Function>
  struct TypedJob final : Job {
    using Result = std::invoke_result_t<Function&, Connection&>;
    explicit TypedJob(Function f) : function(std::move(f)) {}
    core::Result<void> run(Connection& connection) override {
      result.emplace(function(connection));
      if (result->has_error()) return result->error();
      return core::ok();
    }
    Function function;
    std::optional<Result> result;
  };

  struct State;
  explicit Database(std::unique_ptr<State> state);

  core::Result<void> write_job(Job& job);
  core::Result<void> read_job(Job& job);

  std::unique_ptr<State> state_;
};

}  // namespace geond::storage
