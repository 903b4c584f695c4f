// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <mutex>
#include <thread>

#include "fixture.hpp"

namespace geond::tasks {

TEST_CASE(
    "many threads create, claim, finish, cancel, retry and remove: no task is lost or done twice") {
  Fixture f;
  constexpr int kCreators = 4;
  constexpr int kEach = 60;
  std::atomic<int> created = 0;
  std::atomic<int> removed = 0;
  std::atomic<bool> is_done = false;
  std::mutex mutex;
  std::map<std::pair<std::int64_t, int>, int> finished;  // guarded by mutex

  const auto create = [&](int creator) {
    const core::UserId owner = creator % 2 == 0 ? f.anna : f.boris;
    for (int i = 0; i < kEach; ++i) {
      // Half of the pictures are the same, so that blobs are shared, found again and removed.
      const Task task = f.station->create(
          owner, i % 2 == 0 ? "shared" : "own " + std::to_string(creator * 1000 + i));
      ++created;
      if (i % 5 == 1) static_cast<void>(f.tasks().cancel(owner, task.id));
      if (i % 10 == 1) static_cast<void>(f.tasks().retry(owner, task.id, kLoaded));
      if (i % 5 == 2 && f.tasks().remove(owner, task.id)) ++removed;
      static_cast<void>(f.tasks().get(owner, task.id));
    }
  };
  const auto work = [&] {
    while (true) {
      const bool was_last_look = is_done;
      const ClaimAnswer answer = f.tasks().claim_next("boot").value();
      if (answer.claim) {
        const auto done = f.tasks().finish(*answer.claim, some_outcome(), {0.1, 0.1, 0.1});
        if (done) {
          const std::lock_guard lock(mutex);
          ++finished[{answer.claim->id().value, answer.claim->attempt()}];
        } else {
          CHECK(done.error().code() == "claim_lost");
        }
      } else if (was_last_look) {
        return;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i) workers.emplace_back(work);
    {
      std::vector<std::jthread> creators;
      for (int i = 0; i < kCreators; ++i) creators.emplace_back(create, i);
    }
    is_done = true;
  }
  CHECK(created == kCreators * kEach);
  CHECK(f.station->number("SELECT count(*) FROM tasks") == created - removed);
  CHECK(f.station->number("SELECT count(*) FROM tasks WHERE status IN (1, 2)") == 0);
  CHECK(f.station->number("SELECT count(*) FROM results") ==
        f.station->number("SELECT count(*) FROM tasks WHERE status = 3"));
  for (const auto& [claim, times] : finished) CHECK(times == 1);
  // Every row has its picture, and no picture is without a row.
  std::int64_t blobs = 0;
  REQUIRE(f.station->blobs->for_each([&](const std::string&) { return ++blobs > 0; }));
  CHECK(blobs == f.station->number("SELECT count(DISTINCT sha256) FROM task_inputs"));
  CHECK(f.tasks().fail_missing_inputs().value().empty());
  const auto statistics = f.station->database->statistics();
  MESSAGE("writes a commit: " << static_cast<double>(statistics.writes) /
                                     static_cast<double>(statistics.commits));
}

TEST_CASE("two equal idempotency keys at once make one task") {
  Fixture f;
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> replays = 0;
    std::mutex mutex;
    std::vector<std::int64_t> ids;  // guarded by mutex
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          std::vector<NewTask> fresh;
          fresh.push_back(f.station->new_task("x"));
          IdempotencyKey key;
          key.key = "round " + std::to_string(round);
          const Created created = f.tasks().create(f.anna, fresh, key, ClaimAtOnce::no, {}).value();
          if (created.is_replay) ++replays;
          const std::lock_guard lock(mutex);
          ids.push_back(created.tasks.front().id.value);
        });
      }
    }
    CHECK(replays == 3);
    CHECK(std::ranges::count(ids, ids.front()) == 4);
  }
  CHECK(f.station->number("SELECT count(*) FROM tasks") == 20);
}

TEST_CASE("cancel races with finish: exactly one of them counts") {
  Fixture f;
  for (int round = 0; round < 50; ++round) {
    const Task task = f.station->create(f.anna);
    const Claim claim = f.station->claim();
    bool is_cancelled = false;
    bool is_finished = false;
    {
      const std::jthread one([&] { is_cancelled = f.tasks().cancel(f.anna, task.id).has_value(); });
      const std::jthread other(
          [&] { is_finished = f.tasks().finish(claim, some_outcome(), {}).has_value(); });
    }
    CHECK(is_cancelled != is_finished);
    const TaskStatus status = f.tasks().get(f.anna, task.id).value().status;
    CHECK(status == (is_cancelled ? TaskStatus::cancelled : TaskStatus::done));
    CHECK(f.tasks().result(f.anna, task.id).value().has_value() == is_finished);
  }
}

TEST_CASE("no claim of a task returns before the observer was told that it is queued") {
  // A worker that is awake claims in the same commit that makes the task.
  Fixture f;
  std::atomic<bool> is_told = false;
  f.tasks().observe_queued([&](const Task&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    is_told = true;
  });
  const auto claim = [&] {
    while (true) {
      const ClaimAnswer answer = f.tasks().claim_next("boot").value();
      if (!answer.claim) continue;
      CHECK(is_told.exchange(false));
      CHECK(f.tasks().finish(*answer.claim, some_outcome(), {0.1, 0.1, 0.1}));
      return;
    }
  };
  for (const bool is_retry : {false, true}) {
    std::jthread worker(claim);
    if (is_retry) {
      CHECK(f.tasks().retry(f.anna, core::TaskId{1}, kLoaded));
    } else {
      CHECK(f.station->create(f.anna).id == core::TaskId{1});
    }
  }
  CHECK_FALSE(is_told);
}

TEST_CASE("while the pictures of a bulk delete are removed, other writes find their turn") {
  Fixture f;
  std::vector<core::TaskId> ids;
  for (int i = 0; i < 300; ++i) ids.push_back(f.station->create(f.anna).id);
  const auto is_kept = [&](const Task& task) {
    return f.station->blobs->check_there(task.input.sha256).has_value();
  };
  const Task last = f.tasks().get(f.anna, ids.back()).value();
  std::atomic<int> rows_gone_picture_there = 0;
  {
    std::jthread other([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const bool is_gone = !f.tasks().get(f.anna, last.id);
        static_cast<void>(f.station->create(f.boris, "small"));
        if (is_gone && is_kept(last)) ++rows_gone_picture_there;
      }
    });
    CHECK(f.tasks().bulk(f.anna, BulkAction::remove, ids, kLoaded, {}));
    CHECK_FALSE(is_kept(last));
  }
  CHECK(rows_gone_picture_there > 0);
}

}  // namespace geond::tasks
