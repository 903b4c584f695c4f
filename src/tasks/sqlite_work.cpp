// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <set>

#include "geond/core/error_codes.hpp"
#include "result_text.hpp"
#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {
namespace {

using storage::Connection;
using storage::Statement;
using storage::WriteContext;

enum class Running { nothing, tasks, suspect };

Running what_runs(Connection& connection) {
  Statement row = connection.prepare(
      "SELECT max(crashes) FROM tasks INDEXED BY tasks_running WHERE status = 2");
  row.step();
  if (row.is_null(0)) return Running::nothing;
  return row.integer(0) > 0 ? Running::suspect : Running::tasks;
}

struct Suspect {
  core::TaskId id;
  core::Timestamp since;
};

std::optional<Suspect> first_suspect(Connection& connection) {
  Statement row = connection.prepare(
      "SELECT id, suspect_since FROM tasks INDEXED BY tasks_suspect "
      "WHERE status = 1 AND crashes > 0 ORDER BY suspect_since, id LIMIT 1");
  if (!row.step()) return std::nullopt;
  return Suspect{row.id<core::TaskId>(0), row.time(1)};
}

/// The oldest task of the first user after `last_owner`, in the order of user ids.
std::optional<core::TaskId> next_after(Connection& connection, std::int64_t last_owner) {
  Statement row = connection.prepare(
      "SELECT id FROM tasks INDEXED BY tasks_queued "
      "WHERE status = 1 AND crashes = 0 AND owner_id > ? "
      "ORDER BY owner_id, queued_at, id LIMIT 1");
  if (!row.bind(last_owner).step()) return std::nullopt;
  return row.id<core::TaskId>(0);
}

core::Error claim_lost(const Claim& claim) {
  return core::Error(
      core::ErrorKind::conflict, core::codes::kClaimLost,
      fmt::format("Attempt {} at task {} no longer counts: it was cancelled, removed "
                  "or queued again.",
                  claim.attempt(), claim.id().value));
}

/// An outcome as its rows have it: made before the write, since all others wait for the writer.
struct OutcomeRows {
  OutcomeRows(const Task& task, const Outcome& outcome)
      : scenes(scenes_to_text(outcome.scenes)), candidates(candidates_to_text(outcome.candidates)) {
    for (const geometry::Primitive& candidate : outcome.candidates) {
      if (candidate.probability >= task.threshold) classes.insert(candidate.class_name);
    }
  }

  std::string scenes;
  std::string candidates;
  std::set<std::string_view> classes;  ///< Those that were found; views of the outcome.
};

void insert_classes(Connection& connection, const Task& task,
                    const std::set<std::string_view>& classes,
                    const std::optional<std::string>& scene) {
  for (const std::string_view name : classes) {
    connection
        .prepare(
            "INSERT INTO task_classes (owner_id, class, created_at, task_id, scene) "
            "VALUES (?, ?, ?, ?, ?)")
        .bind(task.owner, name, task.created_at, task.id, scene)
        .run();
  }
}

void insert_result(Connection& connection, const Claim& claim, const Outcome& outcome,
                   const OutcomeRows& rows) {
  connection
      .prepare(
          "INSERT INTO results (task_id, attempt, image_width, image_height, scenes, candidates) "
          "VALUES (?, ?, ?, ?, ?, ?)")
      .bind(claim.id(), claim.attempt(), outcome.image.width, outcome.image.height, rows.scenes,
            rows.candidates)
      .run();
}

}  // namespace

Claim SqliteTaskRepository::take(Connection& connection, core::TaskId id,
                                 std::string_view boot) const {
  connection
      .prepare(
          "UPDATE tasks SET status = 2, attempt = attempt + 1, started_at = ?, boot_id = ? "
          "WHERE id = ? AND status = 1")
      .bind(clock_.now(), boot, id)
      .run();
  return Claim{*find_task(connection, id)};
}

ClaimAnswer SqliteTaskRepository::claim_in(WriteContext& context, std::string_view boot,
                                           std::chrono::microseconds suspect_patience) {
  Connection& connection = context.connection();
  const Running running = what_runs(connection);
  if (running == Running::suspect) return {ClaimAnswer::State::waiting, std::nullopt};
  auto next = next_after(connection, last_owner_);
  if (!next) next = next_after(connection, 0);
  if (const auto suspect = first_suspect(connection)) {
    // One from the future has waited for who knows how long: the clock has been set back since.
    const auto waited = clock_.now() - suspect->since;
    const bool is_due = !next || waited >= suspect_patience || waited.count() < 0;
    if (is_due && running == Running::tasks) return {ClaimAnswer::State::waiting, std::nullopt};
    if (is_due) next = suspect->id;
  }
  if (!next) return {ClaimAnswer::State::empty, std::nullopt};
  Claim claim = take(connection, *next, boot);
  if (!claim.is_suspect()) {
    const std::int64_t before = last_owner_.exchange(claim.task.owner.value);
    context.after_rollback([this, before](Connection&) { last_owner_ = before; });
  }
  return {ClaimAnswer::State::claimed, std::move(claim)};
}

core::Result<ClaimAnswer> SqliteTaskRepository::claim_next(
    std::string_view boot, std::chrono::microseconds suspect_patience) {
  return database_.write([&](WriteContext& context) -> core::Result<ClaimAnswer> {
    return claim_in(context, boot, suspect_patience);
  });
}

core::Result<Task> SqliteTaskRepository::finish(const Claim& claim, const Outcome& outcome,
                                                const StageSeconds& seconds) {
  const OutcomeRows rows(claim.task, outcome);
  return database_.write([&](WriteContext& context) -> core::Result<Task> {
    Connection& connection = context.connection();
    const int changed =
        connection
            .prepare(
                "UPDATE tasks SET status = 3, finished_at = ?, boot_id = NULL, "
                "decode_seconds = ?, detect_seconds = ?, classify_seconds = ?, scene = ?, "
                "scene_probability = ? "
                "WHERE id = ? AND owner_id = ? AND attempt = ? AND status = 2")
            .bind(clock_.now(), seconds.decode, seconds.detect, seconds.classify, outcome.scene,
                  outcome.scene_probability, claim.id(), claim.task.owner, claim.attempt())
            .run();
    if (changed != 1) return claim_lost(claim);
    insert_result(connection, claim, outcome, rows);
    insert_classes(connection, claim.task, rows.classes, outcome.scene);
    return *find_task(connection, claim.id());
  });
}

core::Result<Task> SqliteTaskRepository::fail(const Claim& claim, const TaskError& error) {
  return database_.write([&](WriteContext& context) -> core::Result<Task> {
    const int changed =
        context.connection()
            .prepare(
                "UPDATE tasks SET status = 4, finished_at = ?, boot_id = NULL, error_code = ?, "
                "error_detail = ? "
                "WHERE id = ? AND owner_id = ? AND attempt = ? AND status = 2")
            .bind(clock_.now(), error.code, error.detail, claim.id(), claim.task.owner,
                  claim.attempt())
            .run();
    if (changed != 1) return claim_lost(claim);
    return *find_task(context.connection(), claim.id());
  });
}

core::Result<Task> SqliteTaskRepository::release(const Claim& claim) {
  return database_.write([&](WriteContext& context) -> core::Result<Task> {
    const int changed = context.connection()
                            .prepare(
                                "UPDATE tasks SET status = 1, started_at = NULL, boot_id = NULL "
                                "WHERE id = ? AND owner_id = ? AND attempt = ? AND status = 2")
                            .bind(claim.id(), claim.task.owner, claim.attempt())
                            .run();
    if (changed != 1) return claim_lost(claim);
    return *find_task(context.connection(), claim.id());
  });
}

}  // namespace geond::tasks
