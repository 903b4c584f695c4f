// SPDX-License-Identifier: MIT
#include "geond/tasks/task.hpp"

#include <doctest/doctest.h>

#include "result_text.hpp"

namespace geond::tasks {

TEST_CASE("a status has the name and number of the classic API") {
  CHECK(to_string(TaskStatus::in_progress) == "in progress");
  CHECK(static_cast<int>(TaskStatus::cancelled) == 5);
  for (const TaskStatus status : kAllStatuses) {
    CHECK(parse_status(to_string(status)).value() == status);
  }
  for (const char* bad : {"", "Queued", "in_progress", "done "}) {
    CAPTURE(bad);
    CHECK(parse_status(bad).error().code() == "unknown_status");
  }
}

TEST_CASE("a result that is damaged is an error and not a crash") {
  for (const char* bad : {"", "{", "[[1]]", "[[\"cube\",\"x\",1,1,1,1,1]]", "[{}]", "7"}) {
    CAPTURE(bad);
    CHECK(candidates_from_text(bad).error().code() == "result_damaged");
    CHECK(scenes_from_text(bad).error().code() == "result_damaged");
  }
}

}  // namespace geond::tasks
