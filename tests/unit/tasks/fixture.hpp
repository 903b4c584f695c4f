// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "geond/storage/data_directory.hpp"
#include "geond/storage/database.hpp"
#include "geond/tasks/repository.hpp"
#include "support/manual_clock.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

namespace geond::tasks {

/// The models that new_task() chooses.
inline const std::vector<ModelReference> kLoaded = {
    {core::ModelId{1}, "geon-detector", "1.0.0", std::string(64, 'a')},
    {core::ModelId{1}, "scene-sets", "1.1.0", std::string(64, 'a')}};
/// The same ones in the versions that come next.
inline const std::vector<ModelReference> kUpgraded = {
    {core::ModelId{1}, "geon-detector", "2.0.0", std::string(64, 'b')},
    {core::ModelId{1}, "scene-sets", "2.1.0", std::string(64, 'c')}};

/// A running store over a directory: what a server process has.
class Station {
 public:
  explicit Station(const std::filesystem::path& root, const core::Clock& clock)
      : directory_(storage::DataDirectory::open(root).value()),
        disk_(directory_.layout().reserve(), 0, 1 << 20) {
    storage::DatabaseOptions options;
    options.file = directory_.layout().database();
    options.disk = &disk_;
    database = storage::Database::open(options, {}).value();
    blobs = storage::BlobStore::open(directory_.layout().blobs(), directory_.layout().incoming(),
                                     *database, disk_, random_, {})
                .value();
    tasks = make_sqlite_task_repository(*database, *blobs, clock, {});
  }

  /// Adds an account.
  core::UserId add_user(const std::string& name) {
    return database
        ->write([&](storage::WriteContext& context) -> core::Result<core::UserId> {
          context.connection()
              .prepare(
                  "INSERT INTO users (name, password_hash, is_admin, created_at, "
                  "password_changed_at) VALUES (?, 'x', 0, 0, 0)")
              .bind(name)
              .run();
          return core::UserId{context.connection().last_insert_id()};
        })
        .value();
  }

  /// Removes an account with its tasks, as `geond user remove` does.
  void remove_user(core::UserId user) {
    static_cast<void>(database->write([&](storage::WriteContext& context) -> core::Result<void> {
      context.connection().prepare("DELETE FROM users WHERE id = ?").bind(user).run();
      return core::ok();
    }));
  }

  storage::StagedBlob picture(std::string_view content) {
    storage::StagedBlob blob = blobs->stage(0).value();
    blob.append(std::as_bytes(std::span(content))).value();
    static_cast<void>(blob.finish().value());
    return blob;
  }

  NewTask new_task(std::string_view content) {
    return {kLoaded[0],   kLoaded[1], 0.35, "",          picture(content),
            "image/jpeg", 1200,       800,  "photo.jpg", "request-1"};
  }

  /// Makes a task with a picture of its own.
  Task create(core::UserId owner) {
    static std::atomic<int> counter = 0;
    return create(owner, "picture " + std::to_string(++counter));
  }
  Task create(core::UserId owner, const std::string& content) {
    std::vector<NewTask> fresh;
    fresh.push_back(new_task(content));
    return tasks->create(owner, fresh, std::nullopt, ClaimAtOnce::no, {}).value().tasks.front();
  }

  /// Takes the next task, which must be there.
  Claim claim(std::string_view boot = "boot") {
    ClaimAnswer answer = tasks->claim_next(boot).value();
    REQUIRE(answer.state == ClaimAnswer::State::claimed);
    return std::move(*answer.claim);
  }

  /// One number from the database.
  std::int64_t number(const std::string& sql) const {
    return database
        ->read([&](storage::Connection& connection) -> core::Result<std::int64_t> {
          storage::Statement statement = connection.prepare(sql);
          statement.step();
          return statement.integer(0);
        })
        .value();
  }

 private:
  core::SystemRandom random_;
  storage::DataDirectory directory_;
  storage::DiskSpace disk_;

 public:
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<storage::BlobStore> blobs;
  std::unique_ptr<TaskRepository> tasks;
};

/// A station in a directory of its own, with two users.
struct Fixture {
  support::TemporaryDirectory directory;
  support::ManualClock clock;
  std::unique_ptr<Station> station = std::make_unique<Station>(directory.path() / "data", clock);
  core::UserId anna = station->add_user("anna");
  core::UserId boris = station->add_user("boris");

  TaskRepository& tasks() { return *station->tasks; }

  /// The process ends and another one starts.
  void restart() {
    station.reset();
    station = std::make_unique<Station>(directory.path() / "data", clock);
  }
};

/// An outcome with a cube and a cone above the threshold of Station::new_task, a torus below.
inline Outcome some_outcome() {
  Outcome outcome;
  outcome.image = {1200, 800};
  outcome.threshold = 0.35;
  outcome.scene = "office";
  outcome.scene_probability = 0.91;
  outcome.scenes = {{"office", 0.91}, {"warehouse", 0.03}};
  outcome.candidates = {{"cube", 0.93, {{384.25, 510.2}, 288.4, 276.1, 2.5}},
                        {"cone", 0.4, {{100.0 / 3, 20}, 30, 20, -90}},
                        {"torus", 0.1, {{1, 2}, 3, 2, 0}}};
  return outcome;
}

}  // namespace geond::tasks
