// SPDX-License-Identifier: MIT
#include "geond/pipeline/notifier.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "support/manual_clock.hpp"
#include "support/scarce_memory.hpp"

using namespace geond;
using pipeline::Notifier;
using pipeline::TaskEvent;
using pipeline::TaskEventKind;

TEST_CASE("a subscriber hears of its own tasks only, in order") {
  support::ManualClock clock;
  Notifier notifier(clock);
  std::vector<TaskEvent> heard;
  const auto subscription =
      notifier.subscribe(core::UserId{1}, [&](const TaskEvent& event) { heard.push_back(event); });
  notifier.publish(TaskEventKind::queued, core::UserId{1}, core::TaskId{5});
  notifier.publish(TaskEventKind::queued, core::UserId{2}, core::TaskId{6});
  notifier.publish(TaskEventKind::stage, core::UserId{1}, core::TaskId{5}, "detect");
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].sequence == 1);
  CHECK(heard[1].sequence == 3);
  CHECK(heard[1].stage == "detect");
}

TEST_CASE("everybody hears that the queue moved") {
  support::ManualClock clock;
  Notifier notifier(clock);
  int heard = 0;
  const auto one = notifier.subscribe(core::UserId{1}, [&](const TaskEvent&) { ++heard; });
  const auto two = notifier.subscribe(core::UserId{2}, [&](const TaskEvent&) { ++heard; });
  notifier.publish_queue_moved();
  CHECK(heard == 2);
  CHECK(notifier.last_sequence() == 0);
}

TEST_CASE("after its subscription is gone nobody is called") {
  support::ManualClock clock;
  Notifier notifier(clock);
  int heard = 0;
  {
    const auto subscription =
        notifier.subscribe(core::UserId{1}, [&](const TaskEvent&) { ++heard; });
    CHECK(notifier.subscriber_count() == 1);
  }
  notifier.publish(TaskEventKind::done, core::UserId{1}, core::TaskId{5});
  CHECK(heard == 0);
  CHECK(notifier.subscriber_count() == 0);
}

TEST_CASE("missed events are told again as long as they are kept") {
  support::ManualClock clock;
  Notifier notifier(clock, 3);
  for (int task = 1; task <= 5; ++task) {
    notifier.publish(TaskEventKind::queued, core::UserId{task % 2}, core::TaskId{task});
  }
  const auto missed = notifier.replay(core::UserId{1}, 2);
  REQUIRE(missed.has_value());
  REQUIRE(missed->size() == 2);
  CHECK(missed->at(0).task == core::TaskId{3});
  CHECK(missed->at(1).task == core::TaskId{5});
  CHECK_FALSE(notifier.replay(core::UserId{1}, 1).has_value());
  CHECK_FALSE(notifier.replay(core::UserId{1}, 6).has_value());
  CHECK(notifier.replay(core::UserId{1}, 5)->empty());
}

TEST_CASE("events that many threads publish reach a subscriber in the order of their sequences") {
  support::ManualClock clock;
  Notifier notifier(clock);
  std::vector<std::uint64_t> heard;  // One callback runs at a time.
  const auto subscription = notifier.subscribe(
      core::UserId{1}, [&](const TaskEvent& event) { heard.push_back(event.sequence); });
  constexpr int kThreads = 8;
  constexpr int kEach = 2000;
  {
    std::vector<std::jthread> publishers;
    for (int thread = 0; thread < kThreads; ++thread) {
      publishers.emplace_back([&notifier] {
        for (int event = 0; event < kEach; ++event) {
          notifier.publish(TaskEventKind::changed, core::UserId{1}, core::TaskId{event});
        }
      });
    }
  }
  REQUIRE(heard.size() == kThreads * kEach);
  for (std::size_t index = 0; index < heard.size(); ++index) REQUIRE(heard[index] == index + 1);
}

TEST_CASE(
    "who listens for a user learns that access changed, and no one else; it is not replayed") {
  support::ManualClock clock;
  Notifier notifier(clock);
  std::vector<TaskEventKind> heard;
  std::vector<TaskEventKind> elsewhere;
  const auto mine = notifier.subscribe(
      core::UserId{1}, [&](const TaskEvent& event) { heard.push_back(event.kind); });
  const auto other = notifier.subscribe(
      core::UserId{2}, [&](const TaskEvent& event) { elsewhere.push_back(event.kind); });
  notifier.publish_access_changed(core::UserId{1});
  CHECK(heard == std::vector{TaskEventKind::access_changed});
  CHECK(elsewhere.empty());
  CHECK(notifier.last_sequence() == 0);
  CHECK(notifier.replay(core::UserId{1}, 0)->empty());
}

TEST_CASE("subscribing, publishing and leaving may happen at once") {
  support::ManualClock clock;
  Notifier notifier(clock);
  std::atomic<bool> is_over{false};
  std::jthread publisher([&] {
    while (!is_over) {
      notifier.publish(TaskEventKind::queued, core::UserId{1}, core::TaskId{1});
    }
  });
  for (int round = 0; round < 2000; ++round) {
    const auto heard = std::make_shared<std::atomic<int>>(0);
    const auto subscription =
        notifier.subscribe(core::UserId{1}, [heard](const TaskEvent&) { ++*heard; });
  }
  is_over = true;
  publisher.join();
  CHECK(notifier.subscriber_count() == 0);
}

// The others heard nothing, and who had published met the fault after its commit.
TEST_CASE("a listener that throws costs nobody else the event") {
  support::ManualClock clock;
  Notifier notifier(clock);
  int heard = 0;
  const auto count = [&](const TaskEvent&) { ++heard; };
  const auto before = notifier.subscribe(core::UserId{1}, count);
  const auto faulty = notifier.subscribe(
      core::UserId{1}, [](const TaskEvent&) { throw std::runtime_error("a fault"); });
  const auto after = notifier.subscribe(core::UserId{1}, count);
  notifier.publish(TaskEventKind::done, core::UserId{1}, core::TaskId{5});
  CHECK(heard == 2);
  notifier.publish_queue_moved();
  CHECK(heard == 4);
  notifier.publish_access_changed(core::UserId{1});
  CHECK(heard == 6);
}

// The event was counted and not kept, so that replay() told each event for the one before it.
TEST_CASE("an event that memory lacks for is heard, and who missed it is told so" *
          doctest::skip(!support::kMemoryCanBeScarce)) {
  support::ManualClock clock;
  Notifier notifier(clock);
  std::array<std::uint64_t, 300> heard{};
  std::size_t count = 0;
  const auto subscription = notifier.subscribe(
      core::UserId{1}, [&](const TaskEvent& event) { heard.at(count++) = event.sequence; });
  notifier.publish(TaskEventKind::queued, core::UserId{1}, core::TaskId{1});
  {
    const support::ScarceMemory scarce;
    // Some of them still find room in what the list of kept events has already.
    for (int task = 2; task <= 100; ++task) {
      notifier.publish(TaskEventKind::queued, core::UserId{1}, core::TaskId{task});
    }
  }
  REQUIRE(count == 100);
  CHECK(heard[99] == 100);
  CHECK(notifier.last_sequence() == 100);
  CHECK_FALSE(notifier.replay(core::UserId{1}, 1).has_value());
  notifier.publish(TaskEventKind::done, core::UserId{1}, core::TaskId{101});
  const auto missed = notifier.replay(core::UserId{1}, 100);
  REQUIRE(missed.has_value());
  REQUIRE(missed->size() == 1);
  CHECK(missed->front().task == core::TaskId{101});
  CHECK(missed->front().sequence == 101);
}
