// SPDX-License-Identifier: MIT
#include "fixture.hpp"

namespace geond::tasks {

TEST_CASE("users take turns, and a user's oldest task goes first") {
  Fixture f;
  const core::UserId clara = f.station->add_user("clara");
  const Task a1 = f.station->create(f.anna);
  const Task a2 = f.station->create(f.anna);
  const Task a3 = f.station->create(f.anna);
  const Task b1 = f.station->create(f.boris);
  const Task c1 = f.station->create(clara);
  const Task c2 = f.station->create(clara);
  std::vector<core::TaskId> order;
  for (int i = 0; i < 6; ++i) order.push_back(f.station->claim().id());
  CHECK(order == std::vector{a1.id, b1.id, c1.id, a2.id, c2.id, a3.id});
  CHECK(f.tasks().claim_next("boot").value().state == ClaimAnswer::State::empty);
}

// The user of a claim that was undone had lost the turn to the next.
TEST_CASE("a claim whose commit fails takes nobody's turn") {
  Fixture f;
  const Task first = f.station->create(f.anna);
  f.station->create(f.boris);
  const auto execute = [&](const char* statements) {
    REQUIRE(f.station->database->write([&](storage::WriteContext& context) -> core::Result<void> {
      context.connection().execute(statements);
      return core::ok();
    }));
  };
  execute(
      "CREATE TABLE known (id INTEGER PRIMARY KEY) STRICT;"
      "CREATE TABLE unknown (id INTEGER REFERENCES known DEFERRABLE INITIALLY DEFERRED) STRICT;"
      "CREATE TRIGGER break_the_commit AFTER UPDATE ON tasks BEGIN"
      " INSERT INTO unknown VALUES (1); END");
  REQUIRE(f.tasks().claim_next("boot").has_error());
  execute("DROP TRIGGER break_the_commit");
  CHECK(f.station->claim().id() == first.id);
}

TEST_CASE("a claim counts the attempt and is committed before it is given out") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  f.clock.advance(std::chrono::milliseconds(250));
  const Claim claim = f.station->claim("boot-1");
  CHECK(claim.id() == task.id);
  CHECK(claim.attempt() == 1);
  const Task read = f.tasks().get(f.anna, task.id).value();
  CHECK(read.status == TaskStatus::in_progress);
  CHECK(read.attempt == 1);
  CHECK(read.timings.queued == 0.25);
}

TEST_CASE("a retried task goes to the end of its owner's queue") {
  Fixture f;
  const Task first = f.station->create(f.anna);
  const Task second = f.station->create(f.anna);
  REQUIRE(f.tasks().cancel(f.anna, first.id));
  f.clock.advance(std::chrono::seconds(1));
  REQUIRE(f.tasks().retry(f.anna, first.id, kLoaded));
  CHECK(f.station->claim().id() == second.id);
  CHECK(f.station->claim().id() == first.id);
}

TEST_CASE("a suspect runs alone") {
  Fixture f;
  const Task suspect = f.station->create(f.anna);
  static_cast<void>(f.station->claim("boot-1"));
  f.restart();
  REQUIRE(f.tasks().recover("boot-2", kLoaded).value().requeued.size() == 1);
  const Task good = f.station->create(f.anna);
  const Task other = f.station->create(f.boris);

  // Before its patience ends, the others go first.
  const Claim running = f.station->claim("boot-2");
  CHECK(running.id() == good.id);
  f.clock.advance(std::chrono::seconds(6));
  // Now it is waited for.
  CHECK(f.tasks().claim_next("boot-2").value().state == ClaimAnswer::State::waiting);
  REQUIRE(f.tasks().finish(running, some_outcome(), {}));
  const Claim alone = f.station->claim("boot-2");
  CHECK(alone.id() == suspect.id);
  CHECK(alone.is_suspect());
  CHECK(f.tasks().claim_next("boot-2").value().state == ClaimAnswer::State::waiting);
  REQUIRE(f.tasks().finish(alone, some_outcome(), {}));
  CHECK(f.station->claim("boot-2").id() == other.id);
}

TEST_CASE("a suspect runs at once when there is nothing else to do") {
  Fixture f;
  const Task suspect = f.station->create(f.anna);
  static_cast<void>(f.station->claim("boot-1"));
  REQUIRE(f.tasks().recover("boot-2", kLoaded));
  CHECK(f.station->claim("boot-2").id() == suspect.id);
}

// Whatever was handed in after the clock was set back went before all that waited already.
TEST_CASE("a user's oldest task goes first although the clock was set back") {
  Fixture f;
  const Task first = f.station->create(f.anna);
  const Task second = f.station->create(f.anna);
  const Task third = f.station->create(f.anna);
  REQUIRE(f.tasks().cancel(f.anna, first.id));
  f.clock.set_by(-std::chrono::days(365));
  const Task fourth = f.station->create(f.anna);
  REQUIRE(f.tasks().retry(f.anna, first.id, kLoaded));
  const Task fifth = f.station->create(f.anna);
  const std::vector order{second.id, third.id, fourth.id, first.id, fifth.id};
  std::vector<core::TaskId> foretold;
  for (const QueuePosition& position : f.tasks().positions(f.anna).value()) {
    foretold.push_back(position.task);
  }
  CHECK(foretold == order);
  CHECK(f.tasks().position(f.anna, first.id).value()->of_user == 4);
  for (const core::TaskId id : order) CHECK(f.station->claim().id() == id);
}

TEST_CASE("a suspect noticed before the clock was set back is due at once") {
  Fixture f;
  const Task suspect = f.station->create(f.anna);
  static_cast<void>(f.station->claim("boot-1"));
  REQUIRE(f.tasks().recover("boot-2", kLoaded));
  f.clock.set_by(-std::chrono::hours(1));
  f.station->create(f.boris);
  CHECK(f.station->claim("boot-2").id() == suspect.id);
}

}  // namespace geond::tasks
