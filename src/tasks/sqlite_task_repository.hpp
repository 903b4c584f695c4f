// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "geond/storage/database.hpp"
#include "geond/tasks/repository.hpp"

namespace geond::tasks {

/// Crashes after which a task is not tried again.
inline constexpr int kMostCrashes = 3;

/// TaskRepository over geond's own database.
class SqliteTaskRepository final : public TaskRepository {
 public:
  SqliteTaskRepository(storage::Database& database, storage::BlobStore& blobs,
                       const core::Clock& clock, core::Logger logger)
      : database_(database), blobs_(blobs), clock_(clock), logger_(std::move(logger)) {}

  void observe_queued(std::function<void(const Task&)> observer) override {
    queued_observer_ = std::move(observer);
  }

  // sqlite_create.cpp
  core::Result<Created> create(core::UserId owner, std::span<NewTask> tasks,
                               const std::optional<IdempotencyKey>& key, ClaimAtOnce claim,
                               std::string_view boot) override;
  core::Result<std::optional<KnownKey>> find_key(core::UserId owner,
                                                 std::string_view key) const override;
  core::Result<Created> replay(core::UserId owner, const KnownKey& known,
                               std::span<const std::byte> fingerprint) const override;

  // sqlite_work.cpp
  core::Result<ClaimAnswer> claim_next(std::string_view boot,
                                       std::chrono::microseconds suspect_patience) override;
  core::Result<Task> finish(const Claim& claim, const Outcome& outcome,
                            const StageSeconds& seconds) override;
  core::Result<Task> fail(const Claim& claim, const TaskError& error) override;
  core::Result<Task> release(const Claim& claim) override;

  // sqlite_owner.cpp
  core::Result<TaskChange> cancel(core::UserId owner, core::TaskId id) override;
  core::Result<TaskChange> retry(core::UserId owner, core::TaskId id,
                                 std::span<const ModelReference> loaded) override;
  core::Result<TaskChange> remove(core::UserId owner, core::TaskId id) override;
  core::Result<Task> set_note(core::UserId owner, core::TaskId id, std::string_view note) override;
  core::Result<std::vector<BulkItem>> bulk(core::UserId owner, BulkAction action,
                                           std::span<const core::TaskId> ids,
                                           std::span<const ModelReference> loaded,
                                           const RetryRoom& room) override;

  // sqlite_read.cpp
  core::Result<Task> get(core::UserId owner, core::TaskId id) const override;
  core::Result<TaskDetails> details(core::UserId owner, core::TaskId id,
                                    TaskDetail detail) const override;
  core::Result<std::vector<std::optional<TaskDetails>>> details_of(
      core::UserId owner, std::span<const core::TaskId> ids, TaskDetail detail) const override;
  core::Result<std::optional<Outcome>> result(core::UserId owner, core::TaskId id) const override;
  core::Result<TaskPage> list(core::UserId owner, const TaskFilter& filter, int limit,
                              const std::optional<std::string>& cursor) const override;
  core::Result<StatusCounts> counts(core::UserId owner) const override;
  core::Result<StatusCounts> counts_of_all() const override;
  core::Result<StatusCounts> unfinished_counts() const override;
  core::Result<std::int64_t> queued_count(core::UserId owner) const override;
  core::Result<std::vector<QueuePosition>> positions(core::UserId owner, int limit) const override;
  core::Result<std::optional<QueuePosition>> position(core::UserId owner,
                                                      core::TaskId id) const override;
  core::Result<RecentWork> recent_work(core::Timestamp since) const override;

  // sqlite_upkeep.cpp
  core::Result<Recovery> recover(std::string_view boot, std::span<const ModelReference> loaded,
                                 std::string_view ended_by_fault) override;
  core::Result<std::vector<Task>> fail_missing_inputs() override;
  core::Result<std::int64_t> remove_expired_keys() override;

 private:
  core::Result<TaskChange> cancel_in(storage::WriteContext& context, core::UserId owner,
                                     core::TaskId id);
  /// A task that may be queued again, and the models that would work on it.
  struct Retriable {
    Task task;
    ModelReference detector;
    ModelReference classifier;
  };
  core::Result<Retriable> find_retriable(storage::Connection& connection, core::UserId owner,
                                         core::TaskId id,
                                         std::span<const ModelReference> loaded) const;
  TaskChange queue_again(storage::Connection& connection, const Retriable& wanted) const;
  /// Takes one of the room's places if it goes well.
  core::Result<TaskChange> retry_in(storage::WriteContext& context, core::UserId owner,
                                    core::TaskId id, std::span<const ModelReference> loaded,
                                    RetryRoom& room);
  /// Adds the pictures that may be nobody's now to `pictures`.
  core::Result<TaskChange> remove_in(storage::WriteContext& context, core::UserId owner,
                                     core::TaskId id, std::vector<std::string>& pictures);
  /// Of a bulk call: what its actions share.
  struct Bulk {
    std::span<const ModelReference> loaded;
    RetryRoom room;
    std::vector<std::string> pictures;  ///< See remove_in().
  };
  core::Result<TaskChange> act(storage::WriteContext& context, BulkAction action,
                               core::UserId owner, core::TaskId id, Bulk& bulk);
  /// Tells the observer once the write is committed.
  void tell_queued(storage::WriteContext& context, std::vector<Task> tasks) const;
  core::TaskId insert(storage::Connection& connection, core::UserId owner, const NewTask& task,
                      core::Timestamp now) const;
  ClaimAnswer claim_in(storage::WriteContext& context, std::string_view boot,
                       std::chrono::microseconds suspect_patience);
  Claim take(storage::Connection& connection, core::TaskId id, std::string_view boot) const;

  storage::Database& database_;
  storage::BlobStore& blobs_;
  const core::Clock& clock_;
  const core::Logger logger_;
  std::function<void(const Task&)> queued_observer_;  // called on the writer's thread
  /// Whose task was claimed last: the next user in the order of ids has the next turn. Not kept in
  /// the database: a restart may begin the round anew. Set with the claim and not after its commit,
  /// since claims that share one take turns as well; put back where the claim is undone.
  std::atomic<std::int64_t> last_owner_ = 0;
};

}  // namespace geond::tasks
