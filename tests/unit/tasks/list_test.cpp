// SPDX-License-Identifier: MIT
#include <algorithm>

#include "fixture.hpp"

namespace geond::tasks {
namespace {

std::vector<std::int64_t> ids(const TaskPage& page) {
  std::vector<std::int64_t> found;
  for (const Task& task : page.tasks) found.push_back(task.id.value);
  return found;
}

/// Six tasks of anna's, a second apart: 1 done (office, cube and cone), 2 done (no scene, nothing),
/// 3 failed, 4 cancelled, 5 in progress, 6 queued; 7 is boris's.
struct Listed : Fixture {
  Listed() {
    for (int i = 0; i < 6; ++i) {
      station->create(anna);
      clock.advance(std::chrono::seconds(1));
    }
    station->create(boris);
    std::vector<Claim> claims;
    for (int i = 0; i < 7; ++i) claims.push_back(station->claim());
    for (const Claim& claim : claims) {
      switch (claim.id().value) {
        case 1:
          REQUIRE(tasks().finish(claim, some_outcome(), {}));
          break;
        case 2:
          REQUIRE(tasks().finish(claim, Outcome{}, {}));
          break;
        case 3:
          REQUIRE(tasks().fail(claim, {"x", "y"}));
          break;
        case 4:
          REQUIRE(tasks().cancel(anna, claim.id()));
          break;
        case 6:
          REQUIRE(tasks().release(claim));
          break;
        default:
          break;
      }
    }
    REQUIRE(tasks().set_note(anna, core::TaskId{1}, "Kitchen 100%"));
    REQUIRE(tasks().set_note(anna, core::TaskId{4}, "my_kitchen"));
  }

  core::Timestamp second(int i) const {
    return clock.now() - std::chrono::seconds(6) + std::chrono::seconds(i);
  }
  std::vector<std::int64_t> list(const TaskFilter& filter) {
    return ids(tasks().list(anna, filter, 200, std::nullopt).value());
  }
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE_FIXTURE(Listed, "each filter selects what it says, newest first") {
  CHECK(list({}) == Ids{6, 5, 4, 3, 2, 1});
  CHECK(list({.statuses = {TaskStatus::done}}) == Ids{2, 1});
  CHECK(list({.statuses = {TaskStatus::failed, TaskStatus::queued, TaskStatus::done}}) ==
        Ids{6, 3, 2, 1});
  CHECK(list({.statuses = {kAllStatuses.begin(), kAllStatuses.end()}}).size() == 6);
  CHECK(list({.scene = SceneFilter{"office"}}) == Ids{1});
  CHECK(list({.scene = SceneFilter{"greenhouse"}}).empty());
  CHECK(list({.scene = SceneFilter{}}) == Ids{2});  // Nor what is not done, or failed.
  CHECK(list({.class_name = "cone"}) == Ids{1});
  CHECK(list({.class_name = "torus"}).empty());  // Found, but below the threshold.
  CHECK(list({.since = second(2)}) == Ids{6, 5, 4, 3});
  CHECK(list({.until = second(2)}) == Ids{2, 1});
  CHECK(list({.since = second(1), .until = second(3)}) == Ids{3, 2});
  CHECK(list({.note_contains = "kitchen"}) == Ids{4, 1});
  CHECK(list({.note_contains = "0%"}) == Ids{1});
  CHECK(list({.note_contains = "y_k"}) == Ids{4});
  CHECK(list({.note_contains = "%"}) == Ids{1});
  CHECK(list({.note_contains = "' OR 1=1 --"}).empty());
}

TEST_CASE_FIXTURE(Listed, "filters are combined") {
  CHECK(list({.statuses = {TaskStatus::done},
              .scene = SceneFilter{"office"},
              .class_name = "cube",
              .since = second(0),
              .until = second(1),
              .note_contains = "kit"}) == Ids{1});
  CHECK(list({.statuses = {TaskStatus::failed}, .scene = SceneFilter{"office"}}).empty());
  CHECK(list({.statuses = {TaskStatus::failed}, .scene = SceneFilter{}}).empty());
  CHECK(list({.statuses = {TaskStatus::done, TaskStatus::failed}, .scene = SceneFilter{}}) ==
        Ids{2});
  CHECK(list({.statuses = {TaskStatus::cancelled, TaskStatus::done}, .note_contains = "kit"}) ==
        Ids{4, 1});
}

TEST_CASE_FIXTURE(Listed, "geons without a scene are found by their class and by no scene") {
  Outcome unsure = some_outcome();
  unsure.scene.reset();
  unsure.scene_probability.reset();
  REQUIRE(tasks().finish(station->claim(), unsure, {}));  // 6, which was queued.
  CHECK(list({.scene = SceneFilter{}}) == Ids{6, 2});
  CHECK(list({.scene = SceneFilter{}, .class_name = "cube"}) == Ids{6});
  CHECK(list({.scene = SceneFilter{}, .class_name = "torus"}).empty());
  CHECK(list({.scene = SceneFilter{"office"}, .class_name = "cube"}) == Ids{1});
  REQUIRE(tasks().retry(anna, core::TaskId{6}, kLoaded));
  CHECK(list({.scene = SceneFilter{}}) == Ids{2});
}

TEST_CASE("pages follow one another while tasks arrive and go") {
  Fixture f;
  for (int i = 0; i < 25; ++i) {
    f.station->create(f.anna);
    // Several in the same microsecond: the id decides.
    if (i % 5 == 4) f.clock.advance(std::chrono::microseconds(1));
  }
  for (const TaskFilter& filter :
       {TaskFilter{}, TaskFilter{.statuses = {TaskStatus::queued, TaskStatus::done}}}) {
    Ids seen;
    std::optional<std::string> cursor;
    do {
      const TaskPage page = f.tasks().list(f.anna, filter, 7, cursor).value();
      for (const std::int64_t id : ids(page)) {
        if (id <= 25) seen.push_back(id);
      }
      cursor = page.next_cursor;
      f.station->create(f.anna);
      // What has been shown already may go without shifting the rest.
      static_cast<void>(f.tasks().remove(f.anna, page.tasks.front().id));
    } while (cursor);
    CHECK(std::ranges::is_sorted(seen, std::greater{}));
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
    CHECK(seen.back() == 1);
  }
}

TEST_CASE("the last page has no cursor, and a bad cursor is refused") {
  Fixture f;
  for (int i = 0; i < 4; ++i) f.station->create(f.anna);
  const TaskPage first = f.tasks().list(f.anna, {}, 2, std::nullopt).value();
  REQUIRE(first.next_cursor);
  CHECK_FALSE(f.tasks().list(f.anna, {}, 2, first.next_cursor).value().next_cursor);
  CHECK(f.tasks().list(f.anna, {}, 2, "nonsense").error().code() == "invalid_cursor");
}

TEST_CASE_FIXTURE(Listed, "counts tell how many tasks there are in each status") {
  CHECK(tasks().counts(anna).value() == StatusCounts{1, 1, 2, 1, 1});
  CHECK(tasks().counts_of_all().value() == StatusCounts{1, 2, 2, 1, 1});
  CHECK(tasks().unfinished_counts().value() == StatusCounts{1, 2, 0, 0, 0});
}

}  // namespace geond::tasks
