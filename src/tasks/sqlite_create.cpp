// SPDX-License-Identifier: MIT
#include <algorithm>
#include <nlohmann/json.hpp>

#include "rows.hpp"
#include "sqlite_task_repository.hpp"

namespace geond::tasks {
namespace {

using core::Error;
using core::ErrorKind;
using storage::Connection;
using storage::Statement;
using storage::WriteContext;

std::string ids_to_text(const std::vector<Task>& tasks) {
  nlohmann::json ids = nlohmann::json::array();
  for (const Task& task : tasks) ids.push_back(task.id.value);
  return ids.dump();
}

std::vector<core::TaskId> ids_from_text(const std::string& text) {
  std::vector<core::TaskId> ids;
  for (const nlohmann::json& id : nlohmann::json::parse(text)) {
    ids.push_back(core::TaskId{id.get<std::int64_t>()});
  }
  return ids;
}

std::optional<KnownKey> find_key_in(Connection& connection, core::UserId owner,
                                    std::string_view key, core::Timestamp now) {
  // One that was made more than a lifetime after now is over as well: the clock was ahead, and has
  // been set back. A small correction of the clock must not make a task twice.
  Statement row = connection.prepare(
      "SELECT fingerprint, task_ids FROM idempotency_keys "
      "WHERE owner_id = ? AND key = ? AND expires_at > ? AND expires_at <= ?");
  if (!row.bind(owner, key, now, now + 2 * kIdempotencyKeyLifetime).step()) return std::nullopt;
  KnownKey known;
  const auto fingerprint = row.blob(0);
  std::copy_n(fingerprint.begin(), std::min(fingerprint.size(), known.fingerprint.size()),
              known.fingerprint.begin());
  known.tasks = ids_from_text(row.text(1));
  return known;
}

core::Result<Created> replay_in(Connection& connection, core::UserId owner, const KnownKey& known,
                                std::span<const std::byte> fingerprint) {
  if (!std::ranges::equal(known.fingerprint, fingerprint)) {
    return Error(ErrorKind::conflict, "idempotency_key_reused",
                 "This Idempotency-Key came with another picture or other parameters before: use "
                 "a new key.");
  }
  Created created;
  created.is_replay = true;
  for (const core::TaskId id : known.tasks) {
    auto task = find_task(connection, owner, id);
    if (!task) {
      return Error(ErrorKind::gone, "task_removed",
                   "The task that this Idempotency-Key made has been removed: use a new key.");
    }
    created.tasks.push_back(std::move(*task));
  }
  return created;
}

void remember(Connection& connection, core::UserId owner, const IdempotencyKey& key,
              const std::vector<Task>& tasks, core::Timestamp now) {
  connection
      .prepare(
          "INSERT OR REPLACE INTO idempotency_keys (owner_id, key, fingerprint, task_ids, "
          "expires_at) VALUES (?, ?, ?, ?, ?)")
      .bind(owner, key.key, key.fingerprint, ids_to_text(tasks), now + kIdempotencyKeyLifetime)
      .run();
}

/// An account may go while its picture comes. Errors: unauthenticated `invalid_token`, as for every
/// later request.
core::Result<void> check_owner(Connection& connection, core::UserId owner) {
  if (connection.prepare("SELECT 1 FROM users WHERE id = ?").bind(owner).step()) return core::ok();
  return Error(ErrorKind::unauthenticated, "invalid_token", "There is no such account any more.");
}

}  // namespace

core::TaskId SqliteTaskRepository::insert(Connection& connection, core::UserId owner,
                                          const NewTask& task, core::Timestamp now) const {
  connection
      .prepare(
          "INSERT INTO tasks (owner_id, status, created_at, queued_at, threshold, note, "
          "detector_id, detector_name, detector_version, detector_sha256, "
          "classifier_id, classifier_name, classifier_version, classifier_sha256, request_id) "
          "VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(owner, now, std::max(now, newest_queued_at(connection, owner)), task.threshold,
            task.note, task.detector.id, task.detector.name, task.detector.version,
            task.detector.sha256, task.classifier.id, task.classifier.name, task.classifier.version,
            task.classifier.sha256, task.request_id)
      .run();
  const core::TaskId id{connection.last_insert_id()};
  const storage::BlobInfo& picture = task.picture.info();
  connection
      .prepare(
          "INSERT INTO task_inputs (task_id, position, sha256, size, content_type, width, height, "
          "file_name) VALUES (?, 0, ?, ?, ?, ?, ?, ?)")
      .bind(id, picture.sha256, picture.size, task.content_type, task.width, task.height,
            task.file_name)
      .run();
  return id;
}

void SqliteTaskRepository::tell_queued(WriteContext& context, std::vector<Task> tasks) const {
  context.after_commit([this, tasks = std::move(tasks)](Connection&) {
    if (!queued_observer_) return;
    for (const Task& task : tasks) queued_observer_(task);
  });
}

core::Result<Created> SqliteTaskRepository::create(core::UserId owner, std::span<NewTask> tasks,
                                                   const std::optional<IdempotencyKey>& key,
                                                   ClaimAtOnce claim, std::string_view boot) {
  return database_.write([&](WriteContext& context) -> core::Result<Created> {
    Connection& connection = context.connection();
    const core::Timestamp now = clock_.now();
    if (const auto owned = check_owner(connection, owner); !owned) return owned.error();
    if (key) {
      const auto known = find_key_in(connection, owner, key->key, now);
      if (known) return replay_in(connection, owner, *known, key->fingerprint);
    }
    Created created;
    for (NewTask& task : tasks) {
      const auto published = blobs_.publish(task.picture, context);
      if (!published) return published.error();
      const core::TaskId id = insert(connection, owner, task, now);
      created.tasks.push_back(*find_task(connection, id));
    }
    if (key) remember(connection, owner, *key, created.tasks, now);
    if (claim == ClaimAtOnce::if_next) {
      // Only what nobody waits before: otherwise its turn comes like everybody's.
      Statement others = connection.prepare(
          "SELECT EXISTS (SELECT 1 FROM tasks INDEXED BY tasks_queued "
          "WHERE status = 1 AND crashes = 0 AND id < ?) OR "
          "EXISTS (SELECT 1 FROM tasks INDEXED BY tasks_suspect WHERE status = 1 AND crashes > 0)");
      others.bind(created.tasks.front().id).step();
      if (!others.boolean(0)) {
        created.claim = claim_in(context, boot, std::chrono::seconds(0)).claim;
        if (created.claim) created.tasks.front() = created.claim->task;
      }
    }
    tell_queued(context, created.tasks);
    return created;
  });
}

core::Result<std::optional<KnownKey>> SqliteTaskRepository::find_key(core::UserId owner,
                                                                     std::string_view key) const {
  return database_.read([&](Connection& connection) -> core::Result<std::optional<KnownKey>> {
    return find_key_in(connection, owner, key, clock_.now());
  });
}

core::Result<Created> SqliteTaskRepository::replay(core::UserId owner, const KnownKey& known,
                                                   std::span<const std::byte> fingerprint) const {
  return database_.read(
      [&](Connection& connection) { return replay_in(connection, owner, known, fingerprint); });
}

}  // namespace geond::tasks
