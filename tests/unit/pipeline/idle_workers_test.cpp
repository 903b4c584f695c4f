// SPDX-License-Identifier: MIT
#include "idle_workers.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

using namespace geond;
using pipeline::IdleWorkers;

namespace {

tasks::Claim claim_of(std::int64_t id) {
  tasks::Claim claim;
  claim.task.id = core::TaskId{id};
  return claim;
}

/// How many workers could be promised now.
int count_free(IdleWorkers& workers) {
  std::vector<IdleWorkers::Promise> promises;
  while (auto promise = workers.promise()) promises.push_back(*std::move(promise));
  return static_cast<int>(promises.size());
}

}  // namespace

TEST_CASE("only who sleeps is promised, and each only once") {
  IdleWorkers workers;
  CHECK_FALSE(workers.promise());
  workers.fall_asleep();
  workers.fall_asleep();
  {
    const auto first = workers.promise();
    const auto second = workers.promise();
    CHECK(first);
    CHECK(second);
    CHECK_FALSE(workers.promise());
  }
  CHECK(count_free(workers) == 2);
}

TEST_CASE("who wakes by itself is awake, however often it looks") {
  IdleWorkers workers;
  workers.fall_asleep();
  workers.fall_asleep();
  IdleWorkers::Shift shift(workers);
  CHECK_FALSE(shift.take());
  CHECK_FALSE(shift.take());
  CHECK(count_free(workers) == 1);
  workers.fall_asleep();
  CHECK(count_free(workers) == 2);
}

TEST_CASE("the promised worker takes its claim, and is awake by that") {
  IdleWorkers workers;
  workers.fall_asleep();
  workers.fall_asleep();
  workers.hand_over(*workers.promise(), claim_of(7));
  CHECK(count_free(workers) == 1);
  IdleWorkers::Shift shift(workers);
  CHECK(shift.take()->id() == core::TaskId{7});
  CHECK(count_free(workers) == 1);
  CHECK_FALSE(shift.take());
  CHECK(count_free(workers) == 1);
  workers.fall_asleep();
  CHECK(count_free(workers) == 2);
}

TEST_CASE("a worker that is awake anyway may take the claim; the promised one is free again") {
  IdleWorkers workers;
  workers.fall_asleep();
  workers.fall_asleep();
  IdleWorkers::Shift awake(workers);
  CHECK_FALSE(awake.take());
  workers.hand_over(*workers.promise(), claim_of(7));
  CHECK(count_free(workers) == 0);
  CHECK(awake.take()->id() == core::TaskId{7});
  CHECK(count_free(workers) == 1);
}

TEST_CASE("claims are taken in the order in which they were handed over, or taken back") {
  IdleWorkers workers;
  for (int worker = 0; worker < 3; ++worker) workers.fall_asleep();
  for (const int id : {1, 2, 3}) workers.hand_over(*workers.promise(), claim_of(id));
  IdleWorkers::Shift shift(workers);
  CHECK(shift.take()->id() == core::TaskId{1});
  CHECK(workers.take_back()->id() == core::TaskId{2});
  CHECK(workers.take_back()->id() == core::TaskId{3});
  CHECK_FALSE(workers.take_back());
}

TEST_CASE("many promises at once: each claim is taken once, and all workers are free in the end") {
  constexpr int kWorkers = 4;
  constexpr int kClaims = 400;
  IdleWorkers workers;
  for (int worker = 0; worker < kWorkers; ++worker) workers.fall_asleep();
  std::atomic<int> taken{0};
  {
    std::vector<std::jthread> threads;
    for (int worker = 0; worker < kWorkers; ++worker) {
      threads.emplace_back([&] {
        while (taken < kClaims) {
          {
            IdleWorkers::Shift shift(workers);
            while (shift.take()) ++taken;
          }
          workers.fall_asleep();
          std::this_thread::yield();
        }
      });
    }
    std::jthread sender([&] {
      for (int id = 1; id <= kClaims;) {
        auto promise = workers.promise();
        if (promise) workers.hand_over(*std::move(promise), claim_of(id++));
      }
    });
  }
  CHECK(taken == kClaims);
  CHECK_FALSE(workers.take_back());
  CHECK(count_free(workers) == kWorkers);
}
