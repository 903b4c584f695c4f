// SPDX-License-Identifier: MIT
#include <array>

#include "fixture.hpp"

namespace geond::tasks {
namespace {

core::Result<Created> create_with_key(Fixture& f, core::UserId owner, const std::string& content,
                                      const std::string& key, std::byte fingerprint) {
  std::vector<NewTask> fresh;
  fresh.push_back(f.station->new_task(content));
  IdempotencyKey idempotency;
  idempotency.key = key;
  idempotency.fingerprint.fill(fingerprint);
  return f.tasks().create(owner, fresh, idempotency, ClaimAtOnce::no, {});
}

}  // namespace

TEST_CASE("a created task is queued and has all that was given") {
  Fixture f;
  const Task task = f.station->create(f.anna, "content");
  const Task read = f.tasks().get(f.anna, task.id).value();
  CHECK(read.id.value == 1);
  CHECK(read.owner == f.anna);
  CHECK(read.status == TaskStatus::queued);
  CHECK(read.created_at == f.clock.now());
  CHECK(read.attempt == 0);
  CHECK(read.detector.name == "geon-detector");
  CHECK(read.classifier.version == "1.1.0");
  CHECK(read.threshold == 0.35);
  CHECK(read.input.size == 7);
  CHECK(read.input.width == 1200);
  CHECK(read.input.file_name == "photo.jpg");
  CHECK(read.request_id == "request-1");
  CHECK_FALSE(read.started_at);
  CHECK_FALSE(read.error);
  CHECK_FALSE(read.timings.total);
  CHECK(f.station->blobs->check_there(read.input.sha256));
}

TEST_CASE("several pictures of one request become tasks together, in their order") {
  Fixture f;
  std::vector<NewTask> fresh;
  for (const char* content : {"a", "b", "c"}) fresh.push_back(f.station->new_task(content));
  const Created created =
      f.tasks().create(f.anna, fresh, std::nullopt, ClaimAtOnce::no, {}).value();
  REQUIRE(created.tasks.size() == 3);
  CHECK(created.tasks[0].id < created.tasks[1].id);
  CHECK(created.tasks[0].input.sha256 == fresh[0].picture.info().sha256);
}

TEST_CASE("tasks of one request are made all or none") {
  Fixture f;
  std::vector<NewTask> fresh;
  fresh.push_back(f.station->new_task("good"));
  fresh.push_back(f.station->new_task("bad"));
  fresh.back().threshold = 7;  // The database refuses it.
  CHECK(f.tasks().create(f.anna, fresh, std::nullopt, ClaimAtOnce::no, {}).has_error());
  CHECK(f.station->number("SELECT count(*) FROM tasks") == 0);
  CHECK(f.station->number("SELECT count(*) FROM task_inputs") == 0);
}

TEST_CASE("an account that went while its picture came gets no task, and the picture stays out") {
  Fixture f;
  std::vector<NewTask> fresh;
  fresh.push_back(f.station->new_task("late"));
  const core::UserId gone{77};
  const auto created = f.tasks().create(gone, fresh, std::nullopt, ClaimAtOnce::no, {});
  CHECK(created.error().kind() == core::ErrorKind::unauthenticated);
  CHECK_FALSE(f.station->blobs->check_there(fresh[0].picture.info().sha256));
}

TEST_CASE("the same key and picture answer with the first task") {
  Fixture f;
  const Created first = create_with_key(f, f.anna, "x", "key", std::byte{1}).value();
  const Created second = create_with_key(f, f.anna, "x", "key", std::byte{1}).value();
  CHECK_FALSE(first.is_replay);
  CHECK(second.is_replay);
  CHECK(second.tasks.front().id == first.tasks.front().id);
  CHECK(f.station->number("SELECT count(*) FROM tasks") == 1);
}

TEST_CASE("what a key has made is known for a day, to its owner, and answers as often as asked") {
  Fixture f;
  CHECK_FALSE(f.tasks().find_key(f.anna, "key").value().has_value());
  const Created first = create_with_key(f, f.anna, "x", "key", std::byte{1}).value();
  const auto known = f.tasks().find_key(f.anna, "key").value();
  REQUIRE(known.has_value());
  CHECK(known->tasks == std::vector{first.tasks.front().id});
  CHECK_FALSE(f.tasks().find_key(f.boris, "key").value().has_value());
  static_cast<void>(f.station->claim());
  for (int time = 0; time < 2; ++time) {
    const Created again = f.tasks().replay(f.anna, *known, known->fingerprint).value();
    CHECK(again.is_replay);
    REQUIRE(again.tasks.size() == 1);
    CHECK(again.tasks.front().status == TaskStatus::in_progress);
  }
  const std::array<std::byte, 32> other{};
  CHECK(f.tasks().replay(f.anna, *known, other).error().code() == "idempotency_key_reused");
  f.clock.advance(std::chrono::hours(24));
  CHECK_FALSE(f.tasks().find_key(f.anna, "key").value().has_value());
  // Who asked in time is answered all the same.
  CHECK(f.tasks().replay(f.anna, *known, known->fingerprint).has_value());
  REQUIRE(f.tasks().remove(f.anna, first.tasks.front().id));
  CHECK(f.tasks().replay(f.anna, *known, known->fingerprint).error().code() == "task_removed");
}

TEST_CASE("a key with another picture is a conflict, another user's key is not") {
  Fixture f;
  REQUIRE(create_with_key(f, f.anna, "x", "key", std::byte{1}));
  const auto other = create_with_key(f, f.anna, "y", "key", std::byte{2});
  REQUIRE(other.has_error());
  CHECK(other.error().kind() == core::ErrorKind::conflict);
  CHECK(other.error().code() == "idempotency_key_reused");
  CHECK(create_with_key(f, f.boris, "y", "key", std::byte{2}));
}

TEST_CASE("a key is forgotten after its day, and a removed task is not made again before") {
  Fixture f;
  const Created first = create_with_key(f, f.anna, "x", "key", std::byte{1}).value();
  REQUIRE(f.tasks().remove(f.anna, first.tasks.front().id));
  CHECK(create_with_key(f, f.anna, "x", "key", std::byte{1}).error().code() == "task_removed");
  f.clock.advance(std::chrono::hours(24));
  CHECK_FALSE(create_with_key(f, f.anna, "x", "key", std::byte{1}).value().is_replay);
  f.clock.advance(std::chrono::hours(24));
  CHECK(f.tasks().remove_expired_keys().value() == 1);
}

// It held until the day that the clock had once shown.
TEST_CASE(
    "a key from a future that the clock has left is forgotten, one of a moment ahead is not") {
  Fixture f;
  REQUIRE(create_with_key(f, f.anna, "x", "key", std::byte{1}));
  f.clock.set_by(-std::chrono::seconds(1));
  CHECK(create_with_key(f, f.anna, "x", "key", std::byte{1}).value().is_replay);
  f.clock.set_by(-std::chrono::days(365));
  CHECK_FALSE(f.tasks().find_key(f.anna, "key").value().has_value());
  CHECK_FALSE(create_with_key(f, f.anna, "y", "key", std::byte{2}).value().is_replay);
}

TEST_CASE("an idle worker's claim is one transaction with the task") {
  Fixture f;
  std::vector<NewTask> fresh;
  fresh.push_back(f.station->new_task("x"));
  const Created created =
      f.tasks().create(f.anna, fresh, std::nullopt, ClaimAtOnce::if_next, "boot").value();
  REQUIRE(created.claim);
  CHECK(created.claim->id() == created.tasks.front().id);
  CHECK(created.tasks.front().status == TaskStatus::in_progress);
  CHECK(created.claim->attempt() == 1);
  CHECK(f.tasks().finish(*created.claim, some_outcome(), {}));
}

TEST_CASE("a new task does not overtake one that waits") {
  Fixture f;
  f.station->create(f.anna);
  std::vector<NewTask> fresh;
  fresh.push_back(f.station->new_task("x"));
  const Created created =
      f.tasks().create(f.boris, fresh, std::nullopt, ClaimAtOnce::if_next, "boot").value();
  CHECK_FALSE(created.claim);
  CHECK(created.tasks.front().status == TaskStatus::queued);
}

}  // namespace geond::tasks
