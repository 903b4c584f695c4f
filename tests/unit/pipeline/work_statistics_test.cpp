// SPDX-License-Identifier: MIT
#include "work_statistics.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using geond::pipeline::WorkRecord;
using geond::pipeline::WorkStatistics;

TEST_CASE("the mean of what a task takes follows the newest slowly") {
  WorkStatistics statistics;
  CHECK(statistics.mean_task_seconds() == doctest::Approx(0.2));
  statistics.count_done(1.2);
  CHECK(statistics.mean_task_seconds() == doctest::Approx(0.3));
  for (int task = 0; task < 100; ++task) statistics.count_done(1.2);
  CHECK(statistics.mean_task_seconds() == doctest::Approx(1.2).epsilon(0.001));
  CHECK(statistics.done() == 101);
  CHECK(statistics.failed() == 0);
}

TEST_CASE("an end is told to the observer, if there is one, and counted by whoever knows it") {
  WorkStatistics statistics;
  statistics.tell_ended({"cancelled", {}, {}});
  std::vector<std::string> told;
  statistics.observe([&](const WorkRecord& record) { told.push_back(record.outcome); });
  statistics.tell_ended({"quarantined", {}, {}});
  statistics.count_failed();
  CHECK(told == std::vector<std::string>{"quarantined"});
  CHECK(statistics.failed() == 1);
}
