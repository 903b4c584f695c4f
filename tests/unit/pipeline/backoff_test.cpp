// SPDX-License-Identifier: MIT
#include "backoff.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <thread>

using namespace std::chrono_literals;
using geond::pipeline::Backoff;
using geond::pipeline::Sleeper;

TEST_CASE("each pause is twice the one before, up to five seconds") {
  Backoff backoff;
  for (const auto pause : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 5000ms, 5000ms}) {
    CHECK(backoff.next() == pause);
  }
}

TEST_CASE("a sleeper wakes when its time is up, or at its own stop") {
  Sleeper sleeper;
  const auto begun = std::chrono::steady_clock::now();
  sleeper.sleep(20ms, std::stop_token());
  CHECK(std::chrono::steady_clock::now() - begun >= 20ms);
  {
    std::jthread sleeps([&](const std::stop_token& stop) { sleeper.sleep(1min, stop); });
    std::jthread other([&](const std::stop_token& stop) { sleeper.sleep(1min, stop); });
    std::this_thread::sleep_for(20ms);
  }
  std::stop_source stopped;
  stopped.request_stop();
  sleeper.sleep(1min, stopped.get_token());
  CHECK(std::chrono::steady_clock::now() - begun < 30s);
}
