// SPDX-License-Identifier: MIT
#include "fixture.hpp"

namespace geond::tasks {
namespace {

/// Every call that a user makes about one task.
std::vector<std::pair<const char*, std::string>> codes_of_all_calls(TaskRepository& tasks,
                                                                    core::UserId user,
                                                                    core::TaskId id) {
  const auto code = [](const auto& result) {
    return result ? std::string("ok") : result.error().code();
  };
  return {
      {"get", code(tasks.get(user, id))},           {"result", code(tasks.result(user, id))},
      {"position", code(tasks.position(user, id))}, {"note", code(tasks.set_note(user, id, "x"))},
      {"cancel", code(tasks.cancel(user, id))},     {"retry", code(tasks.retry(user, id, kLoaded))},
      {"remove", code(tasks.remove(user, id))}};
}

}  // namespace

TEST_CASE("somebody else's task is not found, like one that does not exist") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  for (const auto& [call, code] : codes_of_all_calls(f.tasks(), f.boris, task.id)) {
    CAPTURE(call);
    CHECK(code == "task_not_found");
  }
  for (const std::int64_t id : {-1, 0, 99}) {
    for (const auto& [call, code] : codes_of_all_calls(f.tasks(), f.anna, core::TaskId{id})) {
      CAPTURE(call);
      CHECK(code == "task_not_found");
    }
  }
  CHECK(f.tasks().get(f.anna, core::TaskId{-1}).error().detail() ==
        "Task with id -1 does not exist.");
  const Task untouched = f.tasks().get(f.anna, task.id).value();
  CHECK(untouched.status == TaskStatus::queued);
  CHECK(untouched.note.empty());
  CHECK(f.tasks().list(f.boris, {}, 10, std::nullopt).value().tasks.empty());
  CHECK(f.tasks().counts(f.boris).value() == StatusCounts{});
  CHECK(f.tasks().positions(f.boris).value().empty());
}

TEST_CASE("what may be done depends on the status") {
  struct Case {
    TaskStatus status;
    std::string cancel;
    std::string retry;
  };
  const Case cases[] = {
      {TaskStatus::queued, "ok", "task_not_finished"},
      {TaskStatus::in_progress, "ok", "task_not_finished"},
      {TaskStatus::done, "task_finished", "ok"},
      {TaskStatus::failed, "task_finished", "ok"},
      {TaskStatus::cancelled, "task_finished", "ok"},
  };
  for (const Case& c : cases) {
    CAPTURE(to_string(c.status));
    Fixture f;
    const auto bring_to_status = [&] {
      const Task task = f.station->create(f.anna);
      if (c.status == TaskStatus::queued) return task.id;
      const Claim claim = f.station->claim();
      if (c.status == TaskStatus::done) REQUIRE(f.tasks().finish(claim, some_outcome(), {}));
      if (c.status == TaskStatus::failed) {
        REQUIRE(f.tasks().fail(claim, {"a", "b"}));
      }
      if (c.status == TaskStatus::cancelled) REQUIRE(f.tasks().cancel(f.anna, claim.id()));
      return claim.id();
    };
    const core::TaskId id = bring_to_status();
    const auto retried = f.tasks().retry(f.anna, id, kLoaded);
    CHECK((retried ? "ok" : retried.error().code()) == c.retry);
    if (retried) {
      CHECK(retried->before == c.status);
      CHECK(retried->task.status == TaskStatus::queued);
      CHECK_FALSE(f.tasks().result(f.anna, id).value());
      CHECK_FALSE(retried->task.scene);
      CHECK_FALSE(retried->task.error);
      REQUIRE(f.tasks().remove(f.anna, id));
    }
    Fixture g;
    std::swap(f.station, g.station);
    const core::TaskId other = bring_to_status();
    const auto cancelled = f.tasks().cancel(f.anna, other);
    CHECK((cancelled ? "ok" : cancelled.error().code()) == c.cancel);
    if (cancelled) CHECK(cancelled->task.status == TaskStatus::cancelled);
    const TaskChange removed = f.tasks().remove(f.anna, other).value();
    CHECK(removed.before == (cancelled ? TaskStatus::cancelled : c.status));
    std::swap(f.station, g.station);
  }
}

TEST_CASE("a picture goes with its last task") {
  Fixture f;
  const Task first = f.station->create(f.anna, "same");
  const Task second = f.station->create(f.boris, "same");
  REQUIRE(first.input.sha256 == second.input.sha256);
  REQUIRE(f.tasks().remove(f.anna, first.id));
  CHECK(f.station->blobs->check_there(second.input.sha256));
  REQUIRE(f.tasks().remove(f.boris, second.id));
  CHECK_FALSE(f.station->blobs->check_there(second.input.sha256));
  CHECK(f.station->number("SELECT count(*) FROM task_inputs") == 0);
}

TEST_CASE("a task whose picture is gone cannot be tried again") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  REQUIRE(f.tasks().cancel(f.anna, task.id));
  std::filesystem::remove(f.station->blobs->path_of(task.input.sha256));
  CHECK(f.tasks().retry(f.anna, task.id, kLoaded).error().code() == "input_missing");
}

TEST_CASE("a task is tried again by what its models are now, and not without them") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  REQUIRE(f.tasks().finish(f.station->claim(), some_outcome(), {}));
  const std::span loaded(kUpgraded);
  for (const auto& some : {loaded.first(0), loaded.first(1), loaded.last(1)}) {
    CHECK(f.tasks().retry(f.anna, task.id, some).error().code() == "model_unavailable");
  }
  CHECK(f.tasks().result(f.anna, task.id).value() == some_outcome());
  const Task retried = f.tasks().retry(f.anna, task.id, loaded).value().task;
  CHECK(retried.detector == kUpgraded[0]);
  CHECK(retried.classifier == kUpgraded[1]);
}

TEST_CASE("a note is kept as it was written") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  const std::string note = "<img onerror> 'quoted' \"and\" \xd0\xb4\xd0\xb0";
  CHECK(f.tasks().set_note(f.anna, task.id, note).value().note == note);
  CHECK(f.tasks().get(f.anna, task.id).value().note == note);
}

TEST_CASE("a bulk action tells of each task what became of it") {
  Fixture f;
  const Task mine = f.station->create(f.anna);
  const Task running = f.station->create(f.anna);
  const Task others = f.station->create(f.boris);
  const std::vector ids = {mine.id, others.id, running.id, mine.id, core::TaskId{77}};
  const auto items = f.tasks().bulk(f.anna, BulkAction::cancel, ids, kLoaded, {}).value();
  REQUIRE(items.size() == 4);
  CHECK(items[0].change->task.status == TaskStatus::cancelled);
  CHECK(items[1].error->code() == "task_not_found");
  CHECK(items[2].change);
  CHECK(items[3].id.value == 77);
  CHECK(f.tasks().get(f.boris, others.id).value().status == TaskStatus::queued);
  CHECK(f.tasks()
            .bulk(f.anna, BulkAction::retry, ids, kLoaded, {5, {}})
            .value()[0]
            .change->task.status == TaskStatus::queued);
  CHECK(f.tasks().bulk(f.anna, BulkAction::remove, ids, kLoaded, {}).value()[2].change);
  CHECK(f.tasks().list(f.anna, {}, 10, std::nullopt).value().tasks.empty());
}

TEST_CASE(
    "a bulk retry takes a place only for what is queued again, and tells the rest of the lack") {
  Fixture f;
  std::vector<core::TaskId> ids = {core::TaskId{77}, f.station->create(f.boris).id,
                                   f.station->create(f.anna).id};  // None of these can be retried.
  for (int i = 0; i < 3; ++i) {
    ids.push_back(f.station->create(f.anna).id);
    REQUIRE(f.tasks().cancel(f.anna, ids.back()));
    ids.push_back(ids.back());
  }
  const core::Error lack(core::ErrorKind::too_many_requests, "no_room", "No room.");
  const auto items = f.tasks().bulk(f.anna, BulkAction::retry, ids, kLoaded, {2, lack}).value();
  REQUIRE(items.size() == 6);
  CHECK(items[0].error->code() == "task_not_found");
  CHECK(items[1].error->code() == "task_not_found");
  CHECK(items[2].error->code() == "task_not_finished");
  CHECK(items[3].change->task.status == TaskStatus::queued);
  CHECK(items[4].change->task.status == TaskStatus::queued);
  CHECK(items[5].error->code() == "no_room");
  CHECK(f.tasks().get(f.anna, items[5].id).value().status == TaskStatus::cancelled);
}

TEST_CASE("tasks go with their user, and the sweep takes the pictures") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  REQUIRE(f.station->database->write([&](storage::WriteContext& context) -> core::Result<void> {
    context.connection().prepare("DELETE FROM users WHERE id = ?").bind(f.anna).run();
    return core::ok();
  }));
  CHECK(f.station->number("SELECT count(*) FROM tasks") == 0);
  CHECK(f.station->blobs->check_there(task.input.sha256));
  core::SystemClock now;
  CHECK(f.station->blobs->sweep(now.now() + std::chrono::hours(1)).value().removed == 1);
  CHECK_FALSE(f.station->blobs->check_there(task.input.sha256));
}

}  // namespace geond::tasks
