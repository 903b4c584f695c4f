// SPDX-License-Identifier: MIT
#include "writer.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <stdexcept>
#include <system_error>

#include "error.hpp"
#include "files.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/out_of_memory.hpp"
#include "geond/storage/disk_space.hpp"

namespace geond::storage {

namespace {

using std::chrono::steady_clock;

/// How long one transaction waits for another program that holds the file.
constexpr std::chrono::seconds kLockPatience{5};
constexpr std::chrono::milliseconds kLongestLockPause{25};

std::int64_t page_size_of(Connection& connection) {
  Statement size = connection.prepare("PRAGMA page_size");
  size.step();
  return size.integer(0);
}

}  // namespace

/// What a job sees of the writer.
class Writer::Context final : public WriteContext {
 public:
  Context(Writer& writer, Ticket& ticket) : writer_(writer), ticket_(ticket) {}

  Connection& connection() override { return writer_.connection_; }
  void sync_directory(const std::filesystem::path& directory) override {
    writer_.directories_.insert(directory);
  }
  void after_commit(std::function<void(Connection&)> action) override {
    ticket_.after_commit.push_back(std::move(action));
  }
  void after_rollback(std::function<void(Connection&)> action) override {
    ticket_.after_rollback.push_back(std::move(action));
  }

 private:
  Writer& writer_;
  Ticket& ticket_;
};

Writer::Writer(const DatabaseOptions& options, Fault& fault, core::Logger logger)
    : options_(options),
      fault_(fault),
      logger_(std::move(logger)),
      connection_(options.file.string(), Connection::Mode::read_write),
      checkpoint_at_(options.checkpoint_pages) {
  // The hook takes the place of automatic checkpoints, whose failures SQLite would not report.
  connection_.execute(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
      "PRAGMA journal_size_limit = 67108864");
  page_bytes_ = page_size_of(connection_);
  sqlite3_wal_hook(connection_.handle(), &Writer::note_log_length, this);
  // In the place of SQLite's own patience, which nothing can cut short.
  sqlite3_busy_handler(connection_.handle(), &Writer::wait_for_lock, this);
  // Makes the log and its index now, so that the read-only connections find them.
  connection_.execute("BEGIN IMMEDIATE; COMMIT");
  thread_ = std::jthread([this] { serve(); });
}

Writer::~Writer() {
  stop();
  if (fault_.refusal()) {
    // Closing would write the log back into a file that is not to be trusted with it.
    sqlite3_db_config(connection_.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
}

void Writer::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  gathered_.notify_one();
  if (thread_.joinable()) thread_.join();
}

core::Result<void> Writer::run(const Job& job) {
  Ticket ticket;
  ticket.job = &job;
  std::unique_lock lock(mutex_);
  if (is_stopping_) return stopping();
  waiting_.push_back(&ticket);
  gathered_.notify_one();
  ticket.finished.wait(lock, [&] { return ticket.is_finished; });
  if (ticket.error) return *ticket.error;
  // What a fault means is made here, where one more ends no thread but the caller's own work.
  if (ticket.is_given_up) return fault_.refusal().value_or(core::out_of_memory());
  return core::ok();
}

void Writer::wait_for_locks_until(steady_clock::time_point deadline) {
  lock_deadline_ = deadline;
}

DatabaseStatistics Writer::statistics() const {
  return {.commits = commits_,
          .writes = writes_,
          .failed_commits = failed_commits_,
          .checkpoints = checkpoints_,
          .file_bytes = size_of(options_.file),
          .log_bytes = log_pages_ * page_bytes_,
          .commit_seconds = commit_seconds_};
}

void Writer::serve() {
  std::vector<Ticket*> batch;
  batch.reserve(static_cast<std::size_t>(options_.most_jobs));
  while (gather(batch)) {
    try {
      run_batch(batch);
      run_after_rollback(batch);
    } catch (const std::exception& fault) {
      give_up(batch, fault.what());
    }
    {
      // Under the lock: a ticket is gone as soon as its owner can see that it is finished.
      const std::lock_guard lock(mutex_);
      for (Ticket* ticket : batch) {
        ticket->is_finished = true;
        ticket->finished.notify_one();
      }
    }
    try {
      checkpoint_if_due();
    } catch (const std::exception& fault) {
      give_up({}, fault.what());
    }
  }
}

bool Writer::gather(std::vector<Ticket*>& batch) {
  std::unique_lock lock(mutex_);
  gathered_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
  if (waiting_.empty()) return false;
  const auto count = static_cast<std::ptrdiff_t>(
      std::min(waiting_.size(), static_cast<std::size_t>(options_.most_jobs)));
  batch.assign(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  return true;
}

void Writer::give_up(Batch batch, std::string_view why) noexcept {
  for (Ticket* ticket : batch) ticket->is_given_up = !ticket->is_committed && !ticket->error;
  try {
    if (connection_.in_transaction()) connection_.execute("ROLLBACK");
    logger_.error("the writer met a fault and goes on", {{"detail", why}});
  } catch (...) {  // NOLINT(bugprone-empty-catch): the next transaction undoes what is left
  }
}

void Writer::run_batch(Batch batch) {
  const core::Result<void> together = attempt(batch);
  if (together) return;
  // One large write must not take its neighbours down with it: what frees room (deletes, results)
  // gets the reserve, and each job a transaction of its own.
  const bool is_full = together.error().kind() == core::ErrorKind::storage_full;
  const bool has_room = is_full && options_.disk != nullptr && options_.disk->release_reserve();
  if (has_room) logger_.warning("the disk is full: gave the reserve file's room to the database");
  // So must an upload whose folder could not be opened.
  const bool may_succeed_alone = is_full || together.error().code() == core::codes::kTooManyFiles;
  if (!may_succeed_alone || fault_.refusal() || (batch.size() == 1 && !has_room)) {
    for (Ticket* ticket : batch) ticket->error = together.error();
    return;
  }
  for (Ticket* const& ticket : batch) {
    const core::Result<void> alone = attempt(Batch(&ticket, 1));
    if (!alone) ticket->error = alone.error();
  }
}

core::Result<void> Writer::attempt(Batch batch) {
  for (Ticket* ticket : batch) {
    ticket->error.reset();
    ticket->after_commit.clear();
  }
  directories_.clear();
  if (const auto refusal = fault_.refusal()) return *refusal;
  try {
    connection_.execute("BEGIN IMMEDIATE");
    for (Ticket* ticket : batch) run_in_savepoint(*ticket);
    if (const auto synced = sync_directories(); !synced) {
      // No failed fsync: the disk is as good as before.
      if (synced.error().code() == core::codes::kTooManyFiles)
        return roll_back(synced.error().detail(), synced.error());
      throw std::runtime_error(synced.error().detail());
    }
    const auto began = std::chrono::steady_clock::now();
    connection_.prepare("COMMIT").run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    commit_seconds_ = commit_seconds_ + took.count();
  } catch (const SQLite::Exception& exception) {
    return judge(exception);
  } catch (const std::bad_alloc&) {
    return roll_back("std::bad_alloc", core::out_of_memory());
  } catch (const std::exception& exception) {
    const core::Error error = roll_back(exception.what(), storage_failed());
    fault_.raise(core::Error(core::ErrorKind::unavailable, "storage_failed", exception.what()));
    return error;
  }
  commits_ += 1;
  for (Ticket* ticket : batch) ticket->is_committed = !ticket->error;
  run_after_commit(batch);
  return core::ok();
}

core::Error Writer::judge(const SQLite::Exception& exception) {
  const int system_error = sqlite3_system_errno(connection_.handle());
  // SQLite knows only ENOSPC as "full"; a quota or a limit on file sizes is the same to us, unless
  // it is a failed fsync: after that the kernel may forget the dirty pages and call the next one a
  // success, so there is no second try.
  const bool is_fsync = exception.getExtendedErrorCode() == SQLITE_IOERR_FSYNC ||
                        exception.getExtendedErrorCode() == SQLITE_IOERR_DIR_FSYNC;
  const bool is_full = is_disk_fault(exception) && !is_fsync && is_no_room(system_error);
  const core::Error error =
      roll_back(exception.what(), is_full ? storage_full() : from_sqlite(exception));
  if (is_corruption(exception)) fault_.refuse_writes(error, exception.what());
  if (is_disk_fault(exception) && !is_full) {
    fault_.raise(core::Error(
        core::ErrorKind::unavailable, "storage_failed",
        fmt::format("{} ({})", exception.what(), std::system_category().message(system_error))));
  }
  return error;
}

void Writer::run_in_savepoint(Ticket& ticket) {
  connection_.prepare("SAVEPOINT job").run();
  try {
    Context context(*this, ticket);
    if (const auto done = (*ticket.job)(context); !done) ticket.error = done.error();
  } catch (const SQLite::Exception& exception) {
    // For these SQLite undoes the whole transaction, or may have.
    const int primary = exception.getErrorCode() & 0xff;
    if (!connection_.in_transaction() || primary == SQLITE_FULL || is_disk_fault(exception) ||
        is_corruption(exception)) {
      throw;
    }
    ticket.error = from_sqlite(exception);
    logger_.error("a write failed", {{"detail", ticket.error->detail()}});
  } catch (const std::bad_alloc&) {
    ticket.error = core::out_of_memory();
    logger_.error("a write failed", {{"code", ticket.error->code()}});
  } catch (const std::exception& exception) {
    ticket.error = core::Error(core::ErrorKind::internal, "write_failed", exception.what());
    logger_.error("a write failed", {{"detail", exception.what()}});
  }
  if (ticket.error) connection_.prepare("ROLLBACK TO job").run();
  connection_.prepare("RELEASE job").run();
}

core::Result<void> Writer::sync_directories() {
  for (const std::filesystem::path& directory : directories_) {
    if (const auto synced = sync_path(directory); !synced) return synced;
  }
  return core::ok();
}

core::Error Writer::roll_back(std::string_view cause, const core::Error& error) {
  failed_commits_ += 1;
  logger_.error("a transaction failed", {{"code", error.code()}, {"detail", cause}});
  try {
    if (connection_.in_transaction()) connection_.execute("ROLLBACK");
  } catch (const SQLite::Exception& exception) {
    fault_.raise(core::Error(core::ErrorKind::unavailable, "storage_failed", exception.what()));
  }
  return error;
}

void Writer::run_after_commit(Batch batch) {
  for (Ticket* ticket : batch) {
    if (ticket->error) continue;
    writes_ += 1;
    run_actions(ticket->after_commit);
  }
}

void Writer::run_after_rollback(Batch batch) {
  // Not before the whole batch is through: one job may use what another that was undone has made.
  if (fault_.refusal()) return;
  for (Ticket* ticket : batch) {
    if (ticket->error) run_actions(ticket->after_rollback);
  }
}

void Writer::run_actions(const std::vector<Action>& actions) {
  for (const Action& action : actions) {
    try {
      action(connection_);
    } catch (const std::exception& exception) {
      logger_.fault("what follows a transaction failed", exception);
    }
  }
}

void Writer::checkpoint_if_due() {
  if (log_pages_ < checkpoint_at_ || fault_.refusal()) return;
  int pages = 0;
  int written_back = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr,
                                             SQLITE_CHECKPOINT_PASSIVE, &pages, &written_back);
  checkpoints_ += 1;
  const bool is_whole = code == SQLITE_OK && pages == written_back;
  // A long reader keeps the log from being written back: try again when it has grown as much more.
  checkpoint_at_ = (is_whole ? 0 : log_pages_.load()) + options_.checkpoint_pages;
  if (is_whole) log_pages_ = 0;
  if (code == SQLITE_OK || code == SQLITE_BUSY) return;
  judge(SQLite::Exception(connection_.handle(), code));
}

int Writer::note_log_length(void* self, sqlite3*, const char*, int pages) {
  static_cast<Writer*>(self)->log_pages_ = pages;
  return SQLITE_OK;
}

/// SQLite calls it while the file is locked, with the number of calls before; 0 gives up.
int Writer::wait_for_lock(void* self, int tries) {
  auto& writer = *static_cast<Writer*>(self);
  const auto now = steady_clock::now();
  if (tries == 0) writer.locked_since_ = now;
  if (now - writer.locked_since_ >= kLockPatience || now >= writer.lock_deadline_.load()) return 0;
  std::this_thread::sleep_for(
      std::min<std::chrono::milliseconds>(std::chrono::milliseconds(1 + tries), kLongestLockPause));
  return 1;
}

}  // namespace geond::storage
