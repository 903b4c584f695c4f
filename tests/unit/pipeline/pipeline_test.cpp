// SPDX-License-Identifier: MIT
#include "geond/pipeline/pipeline.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <stdexcept>
#include <thread>

#include "crew.hpp"
#include "plant.hpp"

using namespace geond;
using pipeline::Plant;
using pipeline::room;
using tasks::TaskStatus;

TEST_CASE("a picture becomes a task that is done with a result, and its owner hears of it") {
  Plant plant;
  std::atomic<int> done{0};
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {
        if (event.kind == pipeline::TaskEventKind::done) ++done;
      });
  REQUIRE(plant.pipeline->start());
  const auto created = plant.submit(room());
  REQUIRE(created);
  const auto task = plant.wait_for_end(created->tasks.front().id);
  CHECK(task.status == TaskStatus::done);
  CHECK(task.timings.detect.value_or(0) > 0);
  const auto outcome = plant.pipeline->outcome(task, std::nullopt);
  REQUIRE(outcome);
  CHECK(outcome->image == geometry::ImageSize{320, 240});
  for (int look = 0; look < 200 && done == 0; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  CHECK(done == 1);
  CHECK(plant.pipeline->stats().done == 1);
}

TEST_CASE("a full queue refuses before the picture is read, and places come back") {
  Plant plant(1, 2);
  const core::UserId boris = plant.add_user("boris");
  auto first = plant.pipeline->reserve(plant.user);
  auto second = plant.pipeline->reserve(boris);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(plant.pipeline->reserve(plant.add_user("clara")).error().code() == "queue_full");
  {
    const auto given_back = std::move(*first);
  }
  CHECK(plant.pipeline->reserve(plant.user));
}

TEST_CASE("one user's uploads and queued tasks leave half of the queue to the others") {
  Plant plant(1, 8);
  const core::UserId boris = plant.add_user("boris");
  std::vector<core::TaskId> ids;
  for (int index = 0; index < 2; ++index) ids.push_back(plant.submit(room())->tasks.front().id);
  auto third = plant.pipeline->reserve(plant.user);
  auto fourth = plant.pipeline->reserve(plant.user);
  REQUIRE(third);
  REQUIRE(fourth);
  const auto fifth = plant.pipeline->reserve(plant.user);
  REQUIRE(fifth.has_error());
  CHECK(fifth.error().code() == "queue_share_full");
  CHECK(fifth.error().kind() == core::ErrorKind::too_many_requests);
  CHECK(plant.pipeline->stats().waiting == 4);
  std::vector<pipeline::QueuePlaces> others;
  for (int index = 0; index < 4; ++index) {
    auto place = plant.pipeline->reserve(boris);
    REQUIRE(place);
    others.push_back(*std::move(place));
  }
  CHECK(plant.pipeline->reserve(boris).error().code() == "queue_full");
  others.clear();
  CHECK(plant.pipeline->reserve(plant.user).error().code() == "queue_share_full");
  REQUIRE(plant.pipeline->cancel(plant.user, ids.front()));
  CHECK(plant.pipeline->reserve(plant.user));
}

TEST_CASE("retrying, one by one or in bulk, keeps to the user's share as well") {
  Plant plant(1, 4);
  std::vector<core::TaskId> ids;
  for (int index = 0; index < 3; ++index) {
    ids.push_back(plant.submit(room())->tasks.front().id);
    REQUIRE(plant.pipeline->cancel(plant.user, ids.back()));
  }
  // More than the share, and half of it said twice or not there: what fits goes through.
  const std::vector asked = {core::TaskId{77}, ids[0], ids[0], ids[1], ids[1], ids[2]};
  const auto items = plant.pipeline->bulk(plant.user, tasks::BulkAction::retry, asked).value();
  REQUIRE(items.size() == 4);
  CHECK(items[0].error->code() == "task_not_found");
  CHECK(items[1].change);
  CHECK(items[2].change);
  CHECK(items[3].error->code() == "queue_share_full");
  CHECK(plant.pipeline->stats().waiting == 2);
  CHECK(plant.pipeline->tasks().get(plant.user, ids[2]).value().status == TaskStatus::cancelled);
  CHECK(plant.pipeline->retry(plant.user, ids[2]).error().code() == "queue_share_full");
  // Nothing at all fits: that is the answer, and not a list of the same error.
  CHECK(plant.pipeline->bulk(plant.user, tasks::BulkAction::retry, std::span(ids).last(1))
            .error()
            .code() == "queue_share_full");
  CHECK(plant.pipeline->stats().waiting == 2);
  // What cannot be retried anyway needs no room.
  CHECK(plant.pipeline->bulk(plant.user, tasks::BulkAction::retry, std::span(ids).first(2))
            .value()[0]
            .error->code() == "task_not_finished");
}

TEST_CASE("no task is retried while the server stops") {
  Plant plant(1, 4);
  const core::TaskId id = plant.submit(room())->tasks.front().id;
  REQUIRE(plant.pipeline->cancel(plant.user, id));
  plant.pipeline->stop();
  const std::vector ids = {id};
  CHECK(plant.pipeline->bulk(plant.user, tasks::BulkAction::retry, ids).error().code() ==
        "stopping");
}

TEST_CASE("what is no picture makes no task and leaves no place taken") {
  Plant plant;
  const auto refused = plant.submit("this is no picture");
  REQUIRE(refused.has_error());
  CHECK(refused.error().code() == "unsupported_format");
  CHECK(plant.pipeline->stats().waiting == 0);
  CHECK(plant.pipeline->tasks().counts_of_all().value() == tasks::StatusCounts{});
}

TEST_CASE("tasks that were accepted before the start are worked on after it") {
  Plant plant;
  std::vector<core::TaskId> ids;
  for (int index = 0; index < 5; ++index) ids.push_back(plant.submit(room())->tasks.front().id);
  CHECK(plant.pipeline->stats().waiting == 5);
  REQUIRE(plant.pipeline->start());
  for (const core::TaskId id : ids) CHECK(plant.wait_for_end(id).status == TaskStatus::done);
  CHECK(plant.pipeline->stats().waiting == 0);
}

TEST_CASE("many submissions at once are all done, whichever way they reach a worker") {
  Plant plant(3, 64);
  std::map<core::TaskId, pipeline::TaskEventKind> first_events;
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {  // one at a time
        if (event.kind == pipeline::TaskEventKind::queue_moved) return;
        first_events.try_emplace(event.task, event.kind);
      });
  REQUIRE(plant.pipeline->start());
  std::atomic<int> accepted{0};
  {
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < 4; ++sender) {
      senders.emplace_back([&] {
        for (int index = 0; index < 6; ++index) accepted += plant.submit(room()) ? 1 : 0;
      });
    }
  }
  CHECK(accepted == 24);
  for (int look = 0; look < 6000 && plant.pipeline->stats().done < 24; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(plant.pipeline->stats().done == 24);
  CHECK(plant.pipeline->tasks().counts_of_all()->done == 24);
  CHECK(first_events.size() == 24);
  for (const auto& [task, kind] : first_events) {
    CHECK(kind == pipeline::TaskEventKind::queued);
  }
}

TEST_CASE("a cancelled task leaves the queue and is not worked on; retry brings it back") {
  Plant plant(1);
  const auto id = plant.submit(room())->tasks.front().id;
  CHECK(plant.pipeline->cancel(plant.user, id)->status == TaskStatus::cancelled);
  CHECK(plant.pipeline->stats().waiting == 0);
  REQUIRE(plant.pipeline->start());
  CHECK(plant.pipeline->retry(plant.user, id)->status == TaskStatus::queued);
  CHECK(plant.wait_for_end(id).status == TaskStatus::done);
}

TEST_CASE("whoever waits hears that those before him were cancelled or deleted, once for many") {
  Plant plant(1);
  std::vector<core::TaskId> ids;
  for (int task = 0; task < 5; ++task) ids.push_back(plant.submit(room())->tasks.front().id);
  int moves = 0;
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {
        if (event.kind == pipeline::TaskEventKind::queue_moved) ++moves;
      });
  REQUIRE(plant.pipeline->cancel(plant.user, ids[0]));
  CHECK(moves == 1);
  REQUIRE(plant.pipeline->remove(plant.user, ids[1]));
  CHECK(moves == 2);
  const std::vector some{ids[0], ids[2], ids[3]};
  REQUIRE(plant.pipeline->bulk(plant.user, tasks::BulkAction::cancel, some));
  CHECK(moves == 3);
  REQUIRE(plant.pipeline->retry(plant.user, ids[0]));
  REQUIRE(plant.pipeline->remove(plant.user, ids[3]));
  CHECK(moves == 3);
}

TEST_CASE("whoever waits hears that a user was removed with what they had queued") {
  Plant plant(1);
  REQUIRE(plant.submit(room()));
  const core::UserId other = plant.add_user("boris");
  int moves = 0;
  const auto subscription = plant.notifier.subscribe(other, [&](const pipeline::TaskEvent& event) {
    if (event.kind == pipeline::TaskEventKind::queue_moved) ++moves;
  });
  plant.pipeline->recount();
  CHECK(moves == 0);
  plant.remove_user(plant.user);
  plant.pipeline->recount();
  CHECK(moves == 1);
  CHECK(plant.pipeline->stats().waiting == 0);
  plant.pipeline->recount();
  CHECK(moves == 1);
}

TEST_CASE("another threshold tells the scene again from the stored candidates") {
  Plant plant;
  REQUIRE(plant.pipeline->start());
  const auto task = plant.wait_for_end(plant.submit(room())->tasks.front().id);
  const auto low = plant.pipeline->outcome(task, 0.05);
  REQUIRE(low);
  CHECK(low->threshold == 0.05);
  const auto none = plant.pipeline->outcome(task, 1.0);
  REQUIRE(none);
  CHECK_FALSE(none->scene.has_value());
  CHECK(plant.pipeline->outcome(task, 2.0).error().code() == "invalid_threshold");
}

TEST_CASE("a stop lets running tasks finish and leaves the rest queued") {
  Plant plant(1);
  std::vector<core::TaskId> ids;
  REQUIRE(plant.pipeline->start());
  for (int index = 0; index < 12; ++index) ids.push_back(plant.submit(room())->tasks.front().id);
  plant.pipeline->stop();
  const auto counts = plant.pipeline->tasks().counts_of_all().value();
  CHECK(counts.in_progress == 0);
  CHECK(counts.failed == 0);
  CHECK(counts.queued + counts.done == 12);
  CHECK(plant.submit(room()).error().code() == "stopping");
}

TEST_CASE("after stop_claiming an upload is accepted and stays queued") {
  Plant plant(1);
  REQUIRE(plant.pipeline->start());
  plant.pipeline->stop_claiming();
  const auto created = plant.submit(room());
  REQUIRE(created);
  CHECK(plant.pipeline->stop_by(std::chrono::steady_clock::now() + std::chrono::minutes(1)));
  CHECK(plant.pipeline->tasks().counts_of_all()->queued == 1);
}

TEST_CASE("a task that outlasts the deadline is queued again, and its late outcome is dropped") {
  Plant plant(1);
  std::atomic<bool> has_begun{false};
  std::atomic<bool> may_go_on{false};
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {
        if (event.kind != pipeline::TaskEventKind::started) return;
        has_begun = true;
        has_begun.notify_all();
        may_go_on.wait(false);
      });
  REQUIRE(plant.pipeline->start());
  const auto created = plant.submit(room());
  REQUIRE(created);
  has_begun.wait(false);
  CHECK_FALSE(plant.pipeline->stop_by(std::chrono::steady_clock::now()));
  const auto task = plant.pipeline->tasks().get(plant.user, created->tasks.front().id);
  CHECK(task->status == TaskStatus::queued);
  CHECK(task->crashes == 0);
  may_go_on = true;
  may_go_on.notify_all();
  plant.pipeline->stop();
  CHECK(plant.pipeline->tasks().counts_of_all()->queued == 1);
}

TEST_CASE("a running task that is deleted counts as cancelled, and its outcome as nothing") {
  Plant plant(1);
  std::mutex mutex;
  std::vector<std::string> outcomes;  // guarded by mutex
  pipeline::PipelineObserver observer;
  observer.model_ran = [](std::string_view, double) {};
  observer.task_ended = [&](const pipeline::WorkRecord& record) {
    const std::lock_guard lock(mutex);
    outcomes.push_back(record.outcome);
  };
  plant.pipeline->observe(std::move(observer));
  std::atomic<bool> may_go_on{false};
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {
        if (event.kind == pipeline::TaskEventKind::started) may_go_on.wait(false);
      });
  REQUIRE(plant.pipeline->start());
  const auto id = plant.submit(room())->tasks.front().id;
  // Its event waits for the one before, which the worker is telling.
  std::jthread deletes([&] { CHECK(plant.pipeline->remove(plant.user, id)); });
  while (plant.pipeline->tasks().get(plant.user, id)) std::this_thread::yield();
  may_go_on = true;
  may_go_on.notify_all();
  deletes.join();
  plant.pipeline->stop();
  CHECK(outcomes == std::vector<std::string>{"cancelled"});
  CHECK(plant.pipeline->stats().failed == 0);
  CHECK(plant.pipeline->stats().done == 0);
}

TEST_CASE("that the queue moved is told after the last claim of a burst, too") {
  Plant plant(1);
  for (int index = 0; index < 4; ++index) REQUIRE(plant.submit(room()));
  std::mutex mutex;
  std::vector<pipeline::TaskEventKind> events;  // guarded by mutex
  const auto subscription =
      plant.notifier.subscribe(plant.user, [&](const pipeline::TaskEvent& event) {
        const std::lock_guard lock(mutex);
        events.push_back(event.kind);
      });
  // The one worker claims the last task after it has done the third. The announcement may come
  // before the last `started`, if those before it took so long that it need not wait.
  const auto moved_after_the_last_claim = [&] {
    using enum pipeline::TaskEventKind;
    const std::lock_guard lock(mutex);
    if (std::ranges::count(events, started) < 4) return false;
    auto after_third = events.begin();
    for (int ended = 0; ended < 3; ++ended) {
      after_third = std::find(after_third, events.end(), done);
      if (after_third == events.end()) return false;
      ++after_third;
    }
    return std::find(after_third, events.end(), queue_moved) != events.end();
  };
  REQUIRE(plant.pipeline->start());
  for (int look = 0; look < 6000 && !moved_after_the_last_claim(); ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(moved_after_the_last_claim());
}

TEST_CASE("a promised worker that gets no task is free again, whatever went wrong") {
  Plant plant;
  const pipeline::PipelineConfig config{.workers = 1, .limits = {}, .boot = "crew"};
  const auto parts = plant.parts();
  pipeline::TaskQueue queue(4);
  const auto store = pipeline::ModelStore::create(parts.catalog, Plant::models()).value();
  pipeline::WorkStatistics statistics;
  pipeline::QueueMoves moves(parts.notifier, parts.clock, parts.logger);
  pipeline::Crew crew(config, parts, queue, moves, *store, statistics);
  crew.start();
  while (!crew.promise_worker()) std::this_thread::yield();
  try {
    const auto promise = crew.promise_worker();
    REQUIRE(promise);
    CHECK_FALSE(crew.promise_worker());
    throw std::runtime_error("no task comes of it");
  } catch (const std::runtime_error&) {
    CHECK(crew.promise_worker());
  }
  crew.stop();
  CHECK_FALSE(crew.promise_worker());
}

TEST_CASE("a moment without descriptors fails no task: its worker waits it out") {
  Plant plant(2);
  std::vector<core::TaskId> ids;
  for (int index = 0; index < 4; ++index) ids.push_back(plant.submit(room())->tasks.front().id);
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto started = plant.pipeline->start();
  const auto refused = plant.pipeline->stage(0);
  const auto unreadable =
      plant.pipeline->open_input(plant.pipeline->tasks().get(plant.user, ids.front()).value());
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  const auto meanwhile = plant.pipeline->tasks().counts_of_all().value();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(started);
  CHECK(refused.error().code() == "too_many_files");
  CHECK(unreadable.error().code() == "too_many_files");
  CHECK(meanwhile.failed == 0);
  for (const core::TaskId id : ids) {
    const auto task = plant.wait_for_end(id);
    CHECK(task.status == TaskStatus::done);
    CHECK(task.attempt == 1);
  }
}

TEST_CASE("a stop gives back what waits for a descriptor, without a crash counted") {
  Plant plant(1);
  REQUIRE(plant.submit(room()));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto started = plant.pipeline->start();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  plant.pipeline->stop();
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  REQUIRE(started);
  CHECK(plant.pipeline->tasks().counts_of_all()->queued == 1);
  CHECK(plant.pipeline->tasks().list(plant.user, {}, 1, {})->tasks.front().crashes == 0);
}

namespace {

/// Takes memory away from the workers once a picture's networks have run, `times` times.
void starve(Plant& plant, std::atomic<int>& times) {
  pipeline::PipelineObserver observer;
  observer.model_ran = [&times](std::string_view, double) {
    if (times > 0 && times-- > 0) throw std::bad_alloc();
  };
  plant.pipeline->observe(std::move(observer));
}

}  // namespace

TEST_CASE("a moment without memory fails no task") {
  Plant plant(1);
  std::atomic<int> times{2};
  starve(plant, times);
  REQUIRE(plant.pipeline->start());
  const auto task = plant.wait_for_end(plant.submit(room())->tasks.front().id);
  CHECK(task.status == TaskStatus::done);
  CHECK(task.attempt == 1);
  CHECK(times == 0);
}

// The task went back to the queue, although it was only that nobody could be told.
TEST_CASE("a worker whose listeners throw ends its task all the same") {
  Plant plant(1);
  const auto subscription = plant.notifier.subscribe(
      plant.user, [](const pipeline::TaskEvent&) { throw std::bad_alloc(); });
  REQUIRE(plant.pipeline->start());
  const auto task = plant.wait_for_end(plant.submit(room())->tasks.front().id);
  CHECK(task.status == TaskStatus::done);
  CHECK(task.attempt == 1);
}

// The process ended, since the worker's thread did.
TEST_CASE("a worker that cannot tell of anything gives its claim back and goes on") {
  Plant plant(1);
  const auto id = plant.submit(room())->tasks.front().id;
  plant.notifier_clock.is_broken = true;
  REQUIRE(plant.pipeline->start());
  for (int look = 0; look < 1000 && plant.pipeline->tasks().get(plant.user, id)->attempt < 2;
       ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  plant.notifier_clock.is_broken = false;
  const auto task = plant.wait_for_end(id);
  CHECK(task.status == TaskStatus::done);
  CHECK(task.attempt >= 2);
  CHECK(task.crashes == 0);
}

TEST_CASE("a picture for which there is never enough memory fails in the end, and others go on") {
  Plant plant(1, 64, std::chrono::milliseconds(400));
  std::atomic<int> times{1000};
  starve(plant, times);
  REQUIRE(plant.pipeline->start());
  const auto task = plant.wait_for_end(plant.submit(room())->tasks.front().id);
  CHECK(task.status == TaskStatus::failed);
  CHECK(task.error->code == "out_of_memory");
  CHECK(task.error->detail.starts_with("There was not enough memory"));
  CHECK(times < 999);  // It was tried again.
  times = 0;
  CHECK(plant.wait_for_end(plant.submit(room())->tasks.front().id).status == TaskStatus::done);
}
