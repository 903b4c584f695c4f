// SPDX-License-Identifier: MIT
#include "fixture.hpp"

namespace geond::tasks {

TEST_CASE("a task that takes the process down three times is quarantined, its neighbours go on") {
  Fixture f;
  const Task killer = f.station->create(f.anna);
  const Task good = f.station->create(f.boris);
  for (int crash = 1; crash <= 3; ++crash) {
    CAPTURE(crash);
    const std::string boot = "boot-" + std::to_string(crash);
    // Whatever else runs before it, the process dies while the killer runs.
    Claim claim = f.station->claim(boot);
    while (claim.id() != killer.id) {
      REQUIRE(f.tasks().finish(claim, some_outcome(), {}));
      claim = f.station->claim(boot);
    }
    f.restart();
    const Recovery recovery =
        f.tasks().recover("boot-" + std::to_string(crash + 1), kLoaded).value();
    if (crash < 3) {
      REQUIRE(recovery.requeued.size() == 1);
      CHECK(recovery.requeued.front().crashes == crash);
      CHECK(recovery.queued >= 1);
    } else {
      REQUIRE(recovery.quarantined.size() == 1);
      CHECK(recovery.quarantined.front().error->code == "quarantined");
    }
  }
  CHECK(f.tasks().get(f.anna, killer.id).value().status == TaskStatus::failed);
  CHECK(f.tasks().get(f.boris, good.id).value().status == TaskStatus::done);
  // Its owner may insist.
  CHECK(f.tasks().retry(f.anna, killer.id, kLoaded).value().task.crashes == 0);
}

// Three failures of the disk within seconds made whatever ran at the time a picture that kills.
TEST_CASE("a run that the storage ended counts as no crash of what it left, however often") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  for (int run = 1; run <= 4; ++run) {
    const std::string boot = "boot-" + std::to_string(run);
    CHECK(f.station->claim(boot).attempt() == run);
    f.restart();
    const Recovery recovery = f.tasks().recover("next", kLoaded, boot).value();
    REQUIRE(recovery.requeued.size() == 1);
    CHECK(recovery.requeued.front().crashes == 0);
    CHECK(recovery.requeued.front().queued_at == task.queued_at);
  }
  // What another run left is not excused with it.
  static_cast<void>(f.station->claim("another"));
  f.restart();
  CHECK(f.tasks().recover("next", kLoaded, "boot-4").value().requeued.front().crashes == 1);
}

TEST_CASE("recovery leaves the claims of its own process alone") {
  Fixture f;
  f.station->create(f.anna);
  static_cast<void>(f.station->claim("boot-2"));
  CHECK(f.tasks().recover("boot-2", kLoaded).value().requeued.empty());
}

TEST_CASE("what was queued is queued after a restart, oldest first") {
  Fixture f;
  const Task first = f.station->create(f.anna);
  const Task second = f.station->create(f.anna);
  f.restart();
  const Recovery recovery = f.tasks().recover("boot-2", kLoaded).value();
  CHECK(recovery.requeued.empty());
  CHECK(recovery.queued == 2);
  CHECK(f.station->claim().id() == first.id);
  CHECK(f.station->claim().id() == second.id);
}

TEST_CASE("what waits through an upgrade goes to the new versions of its models, the rest stays") {
  Fixture f;
  const Task done = f.station->create(f.anna);
  REQUIRE(f.tasks().finish(f.station->claim(), some_outcome(), {}));
  const Task interrupted = f.station->create(f.anna);
  static_cast<void>(f.station->claim("boot-1"));
  const Task queued = f.station->create(f.anna);
  f.restart();
  REQUIRE(f.tasks().recover("boot-2", kUpgraded));
  for (const Task& task : {interrupted, queued}) {
    CHECK(f.tasks().get(f.anna, task.id).value().detector == kUpgraded[0]);
    CHECK(f.tasks().get(f.anna, task.id).value().classifier == kUpgraded[1]);
  }
  CHECK(f.tasks().get(f.anna, done.id).value().detector == kLoaded[0]);
}

TEST_CASE("a queued task whose picture is gone fails, a finished one keeps its result") {
  Fixture f;
  const Task done = f.station->create(f.anna);
  REQUIRE(f.tasks().finish(f.station->claim(), some_outcome(), {}));
  const Task queued = f.station->create(f.anna);
  const Task whole = f.station->create(f.anna);
  for (const Task& task : {done, queued}) {
    std::filesystem::remove(f.station->blobs->path_of(task.input.sha256));
  }
  CHECK(f.tasks().fail_missing_inputs().value().size() == 1);
  CHECK(f.tasks().get(f.anna, queued.id).value().error->code == "input_missing");
  CHECK(f.tasks().get(f.anna, whole.id).value().status == TaskStatus::queued);
  CHECK(f.tasks().result(f.anna, done.id).value() == some_outcome());
}

// Of a disk that could not be read for a moment every queued task failed.
TEST_CASE("a picture that cannot be looked up fails no task, and is no reason against a retry") {
  Fixture f;
  const Task queued = f.station->create(f.anna);
  const Task ended = f.station->create(f.anna);
  REQUIRE(f.tasks().cancel(f.anna, ended.id));
  for (const Task& task : {queued, ended}) {
    const auto folder = f.station->blobs->path_of(task.input.sha256).parent_path();
    std::filesystem::remove_all(folder);
    std::filesystem::create_symlink(folder, folder);
  }
  CHECK(f.tasks().fail_missing_inputs().value().empty());
  CHECK(f.tasks().get(f.anna, queued.id).value().status == TaskStatus::queued);
  const core::Error refused = f.tasks().retry(f.anna, ended.id, kLoaded).error();
  CHECK(refused.kind() == core::ErrorKind::unavailable);
  CHECK(refused.code() == "storage_failed");
}

}  // namespace geond::tasks
