// SPDX-License-Identifier: MIT
#include <map>

#include "fixture.hpp"

namespace geond::tasks {

TEST_CASE("a position says truly how many tasks start before") {
  Fixture f;
  const core::UserId clara = f.station->add_user("clara");
  const std::vector<core::UserId> owners = {f.anna,  f.anna, f.boris, clara, f.anna, clara,
                                            f.boris, clara,  f.anna,  clara, clara};
  for (const core::UserId owner : owners) f.station->create(owner);
  // Wherever the round stands, the positions foretell the claims.
  for (int round = 0; round < 2; ++round) {
    static_cast<void>(f.station->claim());
    std::map<std::int64_t, core::TaskId> foretold;
    for (const core::UserId owner : {f.anna, f.boris, clara}) {
      std::int64_t of_user = 0;
      for (const QueuePosition& position : f.tasks().positions(owner).value()) {
        CHECK(position.of_user == ++of_user);
        CHECK(foretold.emplace(position.in_all, position.task).second);
        const auto single = f.tasks().position(owner, position.task).value();
        REQUIRE(single);
        CHECK(single->in_all == position.in_all);
        CHECK(single->of_user == position.of_user);
      }
    }
    CHECK(foretold.begin()->first == 1);
    CHECK(foretold.rbegin()->first == static_cast<std::int64_t>(foretold.size()));
    CHECK(f.station->claim().id() == foretold.at(1));
    CHECK(f.station->claim().id() == foretold.at(2));
    CHECK(f.station->claim().id() == foretold.at(3));
  }
}

TEST_CASE("suspects are counted before the others") {
  Fixture f;
  const Task suspect = f.station->create(f.anna);
  static_cast<void>(f.station->claim("old"));
  const Task other = f.station->create(f.anna);
  REQUIRE(f.tasks().recover("new", kLoaded));
  CHECK(f.tasks().position(f.anna, suspect.id).value()->in_all == 1);
  CHECK(f.tasks().position(f.anna, other.id).value()->in_all == 2);
  CHECK(f.tasks().position(f.anna, other.id).value()->of_user == 2);
  CHECK(f.tasks().positions(f.anna, 1).value().size() == 1);
}

TEST_CASE("a task that is not queued has no position") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  static_cast<void>(f.station->claim());
  CHECK_FALSE(f.tasks().position(f.anna, task.id).value());
}

TEST_CASE("what stands beside several tasks is read at one moment, and only of one's own") {
  Fixture f;
  const Task done = f.station->create(f.anna);
  REQUIRE(f.tasks().finish(f.station->claim(), some_outcome(), {}));
  const Task first = f.station->create(f.anna);
  const Task others = f.station->create(f.boris);
  const Task second = f.station->create(f.anna);
  const std::vector<core::TaskId> ids = {second.id, others.id, first.id, done.id, {999}};
  const auto all = f.tasks().details_of(f.anna, ids, TaskDetail::with_result).value();
  REQUIRE(all.size() == ids.size());
  CHECK_FALSE(all[1].has_value());
  CHECK_FALSE(all[4].has_value());
  for (const std::size_t index : {0, 2, 3}) {
    REQUIRE(all[index].has_value());
    const TaskDetails one = f.tasks().details(f.anna, ids[index], TaskDetail::with_result).value();
    CHECK(all[index]->task.id == ids[index]);
    CHECK(one.task.id == ids[index]);
    CHECK(all[index]->outcome == one.outcome);
    const auto position = f.tasks().position(f.anna, ids[index]).value();
    CHECK(all[index]->position.has_value() == position.has_value());
    CHECK(one.position.has_value() == position.has_value());
    if (!position) continue;
    CHECK(all[index]->position->in_all == position->in_all);
    CHECK(one.position->in_all == position->in_all);
  }
  CHECK(all[3]->outcome == some_outcome());
  const auto bare = f.tasks().details(f.anna, done.id, TaskDetail::without_result).value();
  CHECK_FALSE(bare.outcome.has_value());
  CHECK(f.tasks().details(f.anna, others.id, TaskDetail::with_result).error().code() ==
        "task_not_found");
}

}  // namespace geond::tasks
