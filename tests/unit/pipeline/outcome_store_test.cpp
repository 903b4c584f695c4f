// SPDX-License-Identifier: MIT
#include "outcome_store.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "geond/catalog/catalog.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/out_of_memory.hpp"
#include "geond/storage/connection.hpp"
#include "unit/tasks/fixture.hpp"

using namespace geond;
using namespace std::chrono_literals;
using pipeline::StageResult;
using pipeline::TaskEventKind;
using tasks::TaskStatus;

namespace {

/// A store over a real database, with one claimed task, and who listens.
struct Bench : tasks::Fixture {
  std::unique_ptr<catalog::ModelRepository> models =
      catalog::make_sqlite_model_repository(*station->database, clock);
  catalog::Catalog catalog{*models};
  pipeline::Notifier notifier{clock};
  std::vector<TaskEventKind> events;
  pipeline::Notifier::Subscription subscription = notifier.subscribe(
      anna, [this](const pipeline::TaskEvent& event) { events.push_back(event.kind); });
  pipeline::WorkStatistics statistics;
  std::vector<std::string> ended;
  pipeline::Sleeper sleeper;
  pipeline::PipelineParts parts{*station->tasks, catalog, *station->blobs,
                                notifier,        clock,   core::Logger()};
  pipeline::OutcomeStore store{parts, statistics, sleeper};
  tasks::Claim claim;

  Bench() {
    statistics.observe(
        [this](const pipeline::WorkRecord& record) { ended.push_back(record.outcome); });
    station->create(anna);
    claim = station->claim();
  }

  tasks::Task task() { return tasks().get(anna, claim.id()).value(); }

  static StageResult some_result() { return {tasks::some_outcome(), {0.1, 0.2, 0.3}, false}; }

  static std::stop_token stopped() {
    std::stop_source source;
    source.request_stop();
    return source.get_token();
  }
};

core::Error too_many_files() {
  return core::Error(core::ErrorKind::unavailable, core::codes::kTooManyFiles, "Too many.");
}

}  // namespace

TEST_CASE_FIXTURE(Bench, "a result is stored, counted and told") {
  store.conclude(claim, some_result(), {});
  CHECK(task().status == TaskStatus::done);
  CHECK(statistics.done() == 1);
  CHECK(statistics.failed() == 0);
  CHECK(statistics.mean_task_seconds() > 0.2);
  CHECK(events == std::vector{TaskEventKind::done});
  CHECK(ended == std::vector<std::string>{"done"});
}

TEST_CASE_FIXTURE(Bench, "a failure is stored in words for the owner") {
  store.conclude(claim, core::Error(core::ErrorKind::unprocessable, "image_broken", "Cut."), {});
  CHECK(task().status == TaskStatus::failed);
  CHECK(task().error->code == "image_broken");
  CHECK(task().error->detail == "Cut.");
  CHECK(statistics.failed() == 1);
  CHECK(events == std::vector{TaskEventKind::failed});
  CHECK(ended == std::vector<std::string>{"image_broken"});
}

TEST_CASE_FIXTURE(Bench, "what went wrong inside geond is not told to the owner") {
  store.conclude(claim, core::Error(core::ErrorKind::internal, "worker_fault", "secret"), {});
  CHECK(task().error->code == "worker_fault");
  CHECK(task().error->detail.find("secret") == std::string::npos);
}

TEST_CASE_FIXTURE(Bench, "memory that never came is a failure while nothing stops") {
  store.conclude(claim, core::out_of_memory(), {});
  CHECK(task().status == TaskStatus::failed);
  CHECK(task().error->detail.starts_with("There was not enough memory"));
}

TEST_CASE_FIXTURE(Bench, "the outcome of a lost claim is dropped, whatever it is") {
  REQUIRE(tasks().cancel(anna, claim.id()));
  store.conclude(claim, some_result(), {});
  store.conclude(claim, core::Error(core::ErrorKind::unprocessable, "image_broken", "Cut."), {});
  store.give_back(claim);
  CHECK(task().status == TaskStatus::cancelled);
  CHECK(statistics.done() + statistics.failed() == 0);
  CHECK(events.empty());
  CHECK(ended.empty());
}

TEST_CASE_FIXTURE(Bench, "what lacks for the moment gives the claim back under a stop") {
  store.conclude(claim, too_many_files(), stopped());
  CHECK(task().status == TaskStatus::queued);
  CHECK(task().crashes == 0);
  CHECK(statistics.failed() == 0);
  CHECK(ended.empty());
}

TEST_CASE_FIXTURE(Bench, "what will not pass is a failure under a stop as well") {
  store.conclude(claim, core::Error(core::ErrorKind::unprocessable, "image_broken", "Cut."),
                 stopped());
  CHECK(task().status == TaskStatus::failed);
}

namespace {

/// Another program that holds the database, so that every write is refused at once as passing.
struct BusyBench : Bench {
  storage::Connection other{(directory.path() / "data" / "geond.db").string(),
                            storage::Connection::Mode::read_write};

  BusyBench() {
    station->database->wait_for_locks_until(std::chrono::steady_clock::now());
    other.execute("BEGIN IMMEDIATE");
  }
};

}  // namespace

TEST_CASE_FIXTURE(BusyBench, "an outcome is kept until it can be stored") {
  std::jthread worker([&] { store.conclude(claim, some_result(), {}); });
  std::this_thread::sleep_for(150ms);
  CHECK(task().status == TaskStatus::in_progress);
  other.execute("ROLLBACK");
  worker.join();
  CHECK(task().status == TaskStatus::done);
  CHECK(task().attempt == 1);
  CHECK(statistics.done() == 1);
}

TEST_CASE_FIXTURE(BusyBench, "a stop ends the waiting for an outcome to be stored") {
  {
    std::jthread worker(
        [&](const std::stop_token& stop) { store.conclude(claim, some_result(), stop); });
    std::this_thread::sleep_for(50ms);
  }
  CHECK(task().status == TaskStatus::in_progress);  // For the recovery: nothing can be written.
  CHECK(statistics.done() + statistics.failed() == 0);
  other.execute("ROLLBACK");
}

TEST_CASE_FIXTURE(BusyBench, "a claim that is given up is back in the queue once that can be") {
  std::jthread worker([&] { store.give_up(claim, std::runtime_error("no reason"), {}); });
  std::this_thread::sleep_for(50ms);
  other.execute("ROLLBACK");
  worker.join();
  CHECK(task().status == TaskStatus::queued);
  CHECK(task().crashes == 0);
}

TEST_CASE_FIXTURE(Bench, "giving up a claim whose outcome is stored changes nothing") {
  store.conclude(claim, some_result(), {});
  store.give_up(claim, std::runtime_error("its end was not told"), {});
  CHECK(task().status == TaskStatus::done);
}
