// SPDX-License-Identifier: MIT
#include "task_queue.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using geond::core::UserId;
using geond::pipeline::TaskQueue;

TEST_CASE("uploads and queued tasks together never pass the capacity") {
  constexpr UserId kAnna{1};
  TaskQueue queue(3);
  CHECK(queue.reserve(kAnna, 1).count == 1);
  queue.add_queued(1);
  CHECK(queue.reserve(kAnna, 1).count == 1);
  CHECK(queue.reserve(kAnna, 1).count == 0);
  CHECK(queue.waiting() == 3);
  queue.release(kAnna, 1);
  CHECK(queue.reserve(kAnna, 1).count == 1);
  queue.remove_queued(1);
  CHECK(queue.reserve(kAnna, 1).count == 1);
  CHECK(queue.reserve(kAnna, 1).count == 0);
}

TEST_CASE("of several places those are taken that there are") {
  constexpr UserId kAnna{1};
  TaskQueue queue(3);
  queue.add_queued(1);
  CHECK(queue.reserve(kAnna, 3).count == 2);
  CHECK(queue.waiting() == 3);
  CHECK(queue.reserve(kAnna, 2).count == 0);
  queue.release(kAnna, 2);
  CHECK(queue.waiting() == 1);
}

TEST_CASE("a count that is below nothing for a moment makes no room that there is not") {
  constexpr UserId kAnna{1};
  TaskQueue queue(3);
  queue.remove_queued(2);  // A worker was faster than who tells that the tasks are queued.
  CHECK(queue.reserve(kAnna, 5).count == 3);
  CHECK(queue.waiting() == 3);
  queue.add_queued(2);
  CHECK(queue.waiting() == 3);
}

TEST_CASE("a recount keeps what came and went while the database was asked") {
  TaskQueue queue(16);
  queue.add_queued(3);
  const bool has_shrunk = queue.recount([&] {
    queue.add_queued(4);
    queue.remove_queued(1);
    return 5;  // Of the moment before these.
  });
  CHECK_FALSE(has_shrunk);
  CHECK(queue.waiting() == 8);
  CHECK_FALSE(queue.recount([] { return std::nullopt; }));
  CHECK(queue.waiting() == 8);
  CHECK_FALSE(queue.recount([] { return 8; }));
  CHECK(queue.recount([] { return 2; }));
  CHECK(queue.waiting() == 2);
}

TEST_CASE("each user's uploads are counted for themselves") {
  constexpr UserId kAnna{1};
  constexpr UserId kBoris{2};
  TaskQueue queue(8);
  CHECK(queue.share() == 4);
  CHECK(queue.reserve(kAnna, 1).of_owner == 1);
  CHECK(queue.reserve(kAnna, 1).of_owner == 2);
  CHECK(queue.reserve(kBoris, 1).of_owner == 1);
  queue.release(kAnna, 2);
  CHECK(queue.reserve(kAnna, 3).of_owner == 3);
  CHECK(queue.reserve(kBoris, 2).of_owner == 3);
  CHECK(TaskQueue(1).share() == 1);
}

TEST_CASE("many threads that reserve at once get exactly the places there are") {
  TaskQueue queue(1000);
  std::atomic<std::int64_t> places{0};
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int attempt = 0; attempt < 500; ++attempt)
          places += queue.reserve(UserId{thread % 3}, 1).count;
      });
    }
  }
  CHECK(places == 1000);
}

TEST_CASE("every hint wakes one consumer, and wake() lets them go without one") {
  TaskQueue queue(16);
  std::atomic<int> hints{0};
  std::atomic<int> without{0};
  {
    std::vector<std::jthread> consumers;
    for (int consumer = 0; consumer < 4; ++consumer) {
      consumers.emplace_back([&] {
        while (queue.wait_hint()) ++hints;
        ++without;
      });
    }
    for (int hint = 0; hint < 10; ++hint) queue.push_hint();
    while (hints < 10) std::this_thread::yield();
    queue.wake(4);
  }
  CHECK(hints == 10);
  CHECK(without == 4);
}

// With the semaphore of GCC 12's library a consumer could sleep on beside a hint, and beside
// wake().
TEST_CASE("no consumer sleeps beside a hint, however many push and take at once") {
  constexpr int kConsumers = 4;
  constexpr int kRounds = 3'000;
  TaskQueue queue(64);
  std::atomic<int> round{0};
  std::atomic<int> taken{0};
  const auto consume = [&] {
    // One hint a round each: a sleeper is left alone with its own, and nobody takes it instead.
    for (int own = 1; own <= kRounds; ++own) {
      while (round < own) std::this_thread::yield();
      if (queue.wait_hint()) ++taken;
    }
  };
  std::vector<std::jthread> consumers;
  for (int consumer = 0; consumer < kConsumers; ++consumer) consumers.emplace_back(consume);
  for (int number = 1; number <= kRounds; ++number) {
    round = number;
    for (int hint = 0; hint < kConsumers; ++hint) queue.push_hint();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (taken < number * kConsumers && std::chrono::steady_clock::now() < until) {
      std::this_thread::yield();
    }
    if (taken == number * kConsumers) continue;
    // Lets everybody end, so that the test fails instead of hanging.
    while (queue.try_hint()) {
    }
    round = kRounds;
    queue.wake(kConsumers * kRounds);
    FAIL("a consumer sleeps beside a hint in round " << number);
  }
}

TEST_CASE("a hint that finds no room is dropped, not waited for") {
  TaskQueue queue(1);
  for (int hint = 0; hint < 100; ++hint) queue.push_hint();
  int taken = 0;
  while (queue.try_hint()) ++taken;
  CHECK(taken >= 1);
  CHECK(taken <= 2);
}

TEST_CASE("the largest capacity is accepted") {
  TaskQueue queue(geond::pipeline::kMaximumQueueCapacity);
  CHECK(queue.capacity() == 65'535);
  queue.push_hint();
  CHECK(queue.try_hint());
}
