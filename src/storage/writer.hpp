// SPDX-License-Identifier: MIT
#pragma once

#include <SQLiteCpp/Exception.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "fault.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/database.hpp"

namespace geond::storage {

/// The one thread that writes and checkpoints. Jobs that gather while a commit is under way become
/// the next transaction (group commit), each in a savepoint of its own.
class Writer {
 public:
  using Job = std::function<core::Result<void>(WriteContext&)>;

  /// Opens the file, which migrate() has given its write-ahead log. Throws SQLite::Exception.
  /// `options` and `fault` must outlive it.
  Writer(const DatabaseOptions& options, Fault& fault, core::Logger logger);

  /// As stop(); then closes the file.
  ~Writer();

  /// Runs the job and returns after its commit. Errors: the job's own, and Database's.
  core::Result<void> run(const Job& job);

  /// Does what was asked for before, then ends the thread. Later jobs are refused.
  void stop();

  /// See Database::wait_for_locks_until().
  void wait_for_locks_until(std::chrono::steady_clock::time_point deadline);

  DatabaseStatistics statistics() const;

 private:
  class Context;
  using Action = std::function<void(Connection&)>;

  /// A job and its caller, who sleeps until `is_finished`; lives on the caller's stack.
  struct Ticket {
    const Job* job = nullptr;
    std::optional<core::Error> error;
    std::vector<Action> after_commit;
    std::vector<Action> after_rollback;
    std::condition_variable finished;
    bool is_committed = false;
    bool is_given_up = false;  // A fault came in between, so that there is not even an error.
    bool is_finished = false;  // guarded by mutex_
  };
  using Batch = std::span<Ticket* const>;

  /// The thread. No fault ends it: all writes would wait for good.
  void serve();
  /// Waits for jobs and takes some; false when there are none and there will be none.
  bool gather(std::vector<Ticket*>& batch);
  /// After a fault: undoes what is half done, and marks what was not committed.
  void give_up(Batch batch, std::string_view why) noexcept;
  void run_batch(Batch batch);
  core::Result<void> attempt(Batch batch);
  void run_in_savepoint(Ticket& ticket);
  core::Result<void> sync_directories();
  core::Error judge(const SQLite::Exception& exception);
  core::Error roll_back(std::string_view cause, const core::Error& error);
  void run_after_commit(Batch batch);
  void run_after_rollback(Batch batch);
  void run_actions(const std::vector<Action>& actions);
  void checkpoint_if_due();
  static int note_log_length(void* self, sqlite3*, const char*, int pages);
  static int wait_for_lock(void* self, int tries);

  const DatabaseOptions& options_;
  Fault& fault_;
  const core::Logger logger_;
  Connection connection_;                        // of the writer thread alone
  std::set<std::filesystem::path> directories_;  // of the writer thread: to sync at the commit
  std::chrono::steady_clock::time_point locked_since_;  // of the writer thread
  std::int64_t checkpoint_at_ = 0;                      // of the writer thread: length of the log
  std::int64_t page_bytes_ = 0;                         // before the writer thread is there
  std::atomic<std::chrono::steady_clock::time_point> lock_deadline_ =
      std::chrono::steady_clock::time_point::max();
  std::atomic<std::int64_t> log_pages_ = 0;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<std::uint64_t> failed_commits_ = 0;
  std::atomic<std::uint64_t> checkpoints_ = 0;
  std::atomic<double> commit_seconds_ = 0;  // written by the writer thread alone
  std::mutex mutex_;
  std::condition_variable gathered_;
  std::deque<Ticket*> waiting_;  // guarded by mutex_
  bool is_stopping_ = false;     // guarded by mutex_
  std::jthread thread_;
};

}  // namespace geond::storage
