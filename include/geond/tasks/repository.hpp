// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/tasks/task.hpp"

namespace geond::storage {
class Database;
}

namespace geond::tasks {

/// A task to be. `picture` is finished but not published: create() does that. If create() fails,
/// no file of the picture is left, unless a task has the same one.
struct NewTask {
  ModelReference detector;
  ModelReference classifier;
  double threshold = 0.35;
  std::string note;  ///< At most 2000 characters, checked by the caller.
  storage::StagedBlob picture;
  std::string content_type;
  int width = 0;  ///< Upright pixels.
  int height = 0;
  std::string file_name;
  std::string request_id;  ///< Of the request that hands it in; for the log.
};

/// How long a request with a known idempotency key is answered with the tasks that it has made.
inline constexpr std::chrono::hours kIdempotencyKeyLifetime{24};

/// A client's promise that two requests are one.
struct IdempotencyKey {
  std::string key;                          ///< 1 to 200 characters, checked by the caller.
  std::array<std::byte, 32> fingerprint{};  ///< SHA-256 over the body and the parameters.
};

/// What is remembered of an idempotency key that has made tasks.
struct KnownKey {
  std::array<std::byte, 32> fingerprint{};  ///< Of the request that made them.
  std::vector<core::TaskId> tasks;
};

/// The work that a worker holds. Names the claim in every later call about it.
struct Claim {
  Task task;  ///< As claimed: status in progress, its attempt counted.
  core::TaskId id() const { return task.id; }
  int attempt() const { return task.attempt; }
  bool is_suspect() const { return task.crashes > 0; }
};

/// What create() did.
struct Created {
  std::vector<Task> tasks;     ///< In the order given; the first ones again if it was a replay.
  bool is_replay = false;      ///< The idempotency key was known: nothing was made.
  std::optional<Claim> claim;  ///< Set if a claim was asked for and one of `tasks` was next.
};

/// Whether create() also claims what it made.
enum class ClaimAtOnce { no, if_next };

/// What claim_next() found.
struct ClaimAnswer {
  enum class State {
    claimed,
    empty,    ///< Nothing is queued.
    waiting,  ///< A suspect is running or about to run alone: ask again when a task has ended.
  };
  State state = State::empty;
  std::optional<Claim> claim;  ///< Set if claimed.
};

/// A task that changed, and what it was before.
struct TaskChange {
  Task task;
  TaskStatus before = TaskStatus::queued;
};

/// What recover() did.
struct Recovery {
  std::vector<Task> requeued;
  std::vector<Task> quarantined;
  std::int64_t queued = 0;  ///< Tasks that are queued now, those requeued included.
};

enum class BulkAction { remove, retry, cancel };

/// What became of one task of a bulk call.
struct BulkItem {
  core::TaskId id;
  std::optional<TaskChange> change;  ///< Set if it went well.
  std::optional<core::Error> error;  ///< Set if not; the error of the single call.
};

/// How many tasks a bulk call may queue again.
struct RetryRoom {
  std::size_t places = 0;
  std::optional<core::Error> lack;  ///< Told of what could be retried but finds no place.
};

/// Where tasks live. The rules of an accepted task are here: every method is one transaction and
/// returns after its commit; whoever acts for a user passes that user, and somebody else's task
/// is not found. All methods may also return storage's errors. Thread-safe.
class TaskRepository {
 public:
  virtual ~TaskRepository() = default;

  /// Who is told of each task that create(), retry() or bulk() queues: after the commit and before
  /// any claim of it returns, on the thread that writes, so it must not block or call the
  /// repository. Not to be set while tasks are queued; an empty function: nobody.
  virtual void observe_queued(std::function<void(const Task&)> observer) = 0;

  /// Publishes the pictures and makes the tasks, all or none, queued in the order given. With a
  /// known idempotency key nothing is made and the first tasks are the answer.
  /// `boot` names this process for the claim (see claim_next()); ignored for ClaimAtOnce::no.
  /// Errors: those of replay() for a known key; unauthenticated `invalid_token` (the owner's
  /// account has been removed).
  virtual core::Result<Created> create(core::UserId owner, std::span<NewTask> tasks,
                                       const std::optional<IdempotencyKey>& key, ClaimAtOnce claim,
                                       std::string_view boot) = 0;

  /// What the owner's key has made; nothing if it is new or its time is over.
  virtual core::Result<std::optional<KnownKey>> find_key(core::UserId owner,
                                                         std::string_view key) const = 0;
  /// What create() answers with under a known key: the tasks that it has made, as they are now.
  /// Errors: conflict `idempotency_key_reused` (another fingerprint than the key's), gone
  /// `task_removed` (one of the tasks is no longer there).
  virtual core::Result<Created> replay(core::UserId owner, const KnownKey& known,
                                       std::span<const std::byte> fingerprint) const = 0;

  /// Takes the next task: users with queued tasks take turns, the oldest goes first within a user.
  /// It is in progress and its attempt counted before this returns. A suspect (a task the process
  /// died under) is given out only while nothing is in progress, and nothing else while it is;
  /// one that has waited `suspect_patience` since the start is waited for.
  virtual core::Result<ClaimAnswer> claim_next(
      std::string_view boot,
      std::chrono::microseconds suspect_patience = std::chrono::seconds(5)) = 0;

  /// Ends a claim with a result; status and result are one transaction. Errors: conflict
  /// `claim_lost` (cancelled, removed or claimed anew meanwhile: the outcome is dropped).
  virtual core::Result<Task> finish(const Claim& claim, const Outcome& outcome,
                                    const StageSeconds& seconds) = 0;
  /// Ends a claim with an error. Errors: conflict `claim_lost`.
  virtual core::Result<Task> fail(const Claim& claim, const TaskError& error) = 0;
  /// Gives a claim back to where it stood in the queue, without a crash counted: the process is
  /// stopping. Errors: conflict `claim_lost`.
  virtual core::Result<Task> release(const Claim& claim) = 0;

  /// Ends a queued or running task. Errors: not_found `task_not_found`, conflict `task_finished`.
  virtual core::Result<TaskChange> cancel(core::UserId owner, core::TaskId id) = 0;
  /// Queues a finished task again, at the end, for those of the `loaded` models that have the names
  /// of its own; its result goes. Errors: conflict `input_missing`, conflict `model_unavailable`,
  /// not_found `task_not_found`, conflict `task_not_finished`, unavailable `storage_failed` (the
  /// picture cannot be looked up).
  virtual core::Result<TaskChange> retry(core::UserId owner, core::TaskId id,
                                         std::span<const ModelReference> loaded) = 0;
  /// Removes the task, then its picture if no other task has it. The change's task is the last
  /// that was known of it. Errors: not_found `task_not_found`.
  virtual core::Result<TaskChange> remove(core::UserId owner, core::TaskId id) = 0;
  /// Errors: not_found `task_not_found`.
  virtual core::Result<Task> set_note(core::UserId owner, core::TaskId id,
                                      std::string_view note) = 0;
  /// The same action on many tasks (at most 1000), in one transaction; each succeeds or fails by
  /// itself. One item an id, in the order given; an id that comes twice counts once. `loaded` and
  /// `room` are for retries: only what really is queued again takes a place. The room must tell of
  /// a lack if it has fewer places than there are ids.
  virtual core::Result<std::vector<BulkItem>> bulk(core::UserId owner, BulkAction action,
                                                   std::span<const core::TaskId> ids,
                                                   std::span<const ModelReference> loaded,
                                                   const RetryRoom& room) = 0;

  /// Errors: not_found `task_not_found`.
  virtual core::Result<Task> get(core::UserId owner, core::TaskId id) const = 0;
  /// The task with its place in the queue and its result. Errors: not_found `task_not_found`.
  virtual core::Result<TaskDetails> details(core::UserId owner, core::TaskId id,
                                            TaskDetail detail) const = 0;
  /// As details() of each, as they are at one moment; nothing for those that are not there.
  virtual core::Result<std::vector<std::optional<TaskDetails>>> details_of(
      core::UserId owner, std::span<const core::TaskId> ids, TaskDetail detail) const = 0;
  /// Nothing while it is not done. Errors: not_found `task_not_found`.
  virtual core::Result<std::optional<Outcome>> result(core::UserId owner,
                                                      core::TaskId id) const = 0;
  /// Newest first. A page follows another by its cursor: tasks that arrive meanwhile shift
  /// nothing. `limit` is 1 to 200. Errors: invalid_argument `invalid_cursor` (with the field
  /// `cursor`).
  virtual core::Result<TaskPage> list(core::UserId owner, const TaskFilter& filter, int limit,
                                      const std::optional<std::string>& cursor) const = 0;

  virtual core::Result<StatusCounts> counts(core::UserId owner) const = 0;
  /// Looks at every task's row in the index: for administrators.
  virtual core::Result<StatusCounts> counts_of_all() const = 0;
  /// Everybody's tasks that are queued or in progress; the other counts are 0. Costs as much as
  /// there are of these.
  virtual core::Result<StatusCounts> unfinished_counts() const = 0;
  /// How many tasks of `owner` are queued; cheap however many others there are.
  virtual core::Result<std::int64_t> queued_count(core::UserId owner) const = 0;

  /// Where the user's queued tasks stand, in the order they will start; at most `limit`.
  virtual core::Result<std::vector<QueuePosition>> positions(core::UserId owner,
                                                             int limit = 1000) const = 0;
  /// Nothing if the task is not queued. Errors: not_found `task_not_found`.
  virtual core::Result<std::optional<QueuePosition>> position(core::UserId owner,
                                                              core::TaskId id) const = 0;

  /// Tasks done since `since`, and the average of the newest 100 of them.
  virtual core::Result<RecentWork> recent_work(core::Timestamp since) const = 0;

  /// At start: what other runs of the process left in progress is queued again with a crash
  /// counted; at the third crash it is failed with code `quarantined`. What the run
  /// `ended_by_fault` left (empty: none) it could not give back because the storage failed: that
  /// goes back to where it stood, and no crash is counted. Queued tasks go to the `loaded` models
  /// of the names they were handed in for, whatever version those have now.
  virtual core::Result<Recovery> recover(std::string_view boot,
                                         std::span<const ModelReference> loaded,
                                         std::string_view ended_by_fault = {}) = 0;

  /// At start and now and then: queued tasks whose picture is gone fail with `input_missing`.
  /// Returns them. Where a failing disk lets nobody tell, a task is left as it is.
  virtual core::Result<std::vector<Task>> fail_missing_inputs() = 0;

  /// Removes idempotency keys that have expired; their number.
  virtual core::Result<std::int64_t> remove_expired_keys() = 0;
};

/// The repository over geond's own database. What is passed must outlive it.
std::unique_ptr<TaskRepository> make_sqlite_task_repository(storage::Database& database,
                                                            storage::BlobStore& blobs,
                                                            const core::Clock& clock,
                                                            core::Logger logger);

}  // namespace geond::tasks
