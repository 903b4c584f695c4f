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

}  // namespace geond::tasks
