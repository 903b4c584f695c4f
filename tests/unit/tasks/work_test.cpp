// SPDX-License-Identifier: MIT
#include "fixture.hpp"

namespace geond::tasks {

TEST_CASE("a finished task has its result, exactly as it was found") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  CHECK_FALSE(f.tasks().result(f.anna, task.id).value());
  const Claim claim = f.station->claim();
  f.clock.advance(std::chrono::milliseconds(500));
  const Task done = f.tasks().finish(claim, some_outcome(), {0.03, 0.1, 0.001}).value();
  CHECK(done.status == TaskStatus::done);
  CHECK(done.scene == "office");
  CHECK(done.scene_probability == 0.91);
  CHECK(done.timings.detect == 0.1);
  CHECK(done.timings.total == 0.5);
  CHECK(f.tasks().result(f.anna, task.id).value() == some_outcome());
}

TEST_CASE("a task took no less than its stages, also where the clock was set back meanwhile") {
  Fixture f;
  f.station->create(f.anna);
  const Claim claim = f.station->claim();
  f.clock.set_by(std::chrono::hours(-1));
  const Task done = f.tasks().finish(claim, some_outcome(), {0.5, 0.25, 0.25}).value();
  CHECK(done.timings.total == 1.0);
}

TEST_CASE("a picture without a single geon is a valid result") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  Outcome empty;
  empty.image = {10, 20};
  empty.threshold = 0.35;
  REQUIRE(f.tasks().finish(f.station->claim(), empty, {}));
  CHECK(f.tasks().result(f.anna, task.id).value() == empty);
}

TEST_CASE("the outcome of a claim that is lost is dropped") {
  struct Case {
    const char* name;
    void (*lose)(Fixture&, const Claim&);
  };
  const Case cases[] = {
      {"cancelled", [](Fixture& f, const Claim& c) { REQUIRE(f.tasks().cancel(f.anna, c.id())); }},
      {"removed", [](Fixture& f, const Claim& c) { REQUIRE(f.tasks().remove(f.anna, c.id())); }},
      {"finished",
       [](Fixture& f, const Claim& c) { REQUIRE(f.tasks().finish(c, some_outcome(), {})); }},
      {"released", [](Fixture& f, const Claim& c) { REQUIRE(f.tasks().release(c)); }},
      {"claimed anew",
       [](Fixture& f, const Claim& c) {
         REQUIRE(f.tasks().cancel(f.anna, c.id()));
         REQUIRE(f.tasks().retry(f.anna, c.id(), kLoaded));
         CHECK(f.station->claim().attempt() == 2);
       }},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Fixture f;
    f.station->create(f.anna);
    const Claim claim = f.station->claim();
    c.lose(f, claim);
    const auto before = f.station->number("SELECT count(*) FROM results");
    CHECK(f.tasks().finish(claim, some_outcome(), {}).error().code() == "claim_lost");
    CHECK(f.tasks().fail(claim, {"x", "y"}).error().code() == "claim_lost");
    CHECK(f.tasks().release(claim).error().code() == "claim_lost");
    CHECK(f.station->number("SELECT count(*) FROM results") == before);
  }
}

TEST_CASE("a failed task tells why") {
  Fixture f;
  const Task task = f.station->create(f.anna);
  const Claim claim = f.station->claim();
  REQUIRE(f.tasks().fail(claim, {"decode_failed", "The picture is broken."}));
  const Task read = f.tasks().get(f.anna, task.id).value();
  CHECK(read.status == TaskStatus::failed);
  CHECK(read.error == TaskError{"decode_failed", "The picture is broken."});
}

TEST_CASE("a released task keeps its place and its attempts stay counted") {
  Fixture f;
  const Task first = f.station->create(f.anna);
  f.station->create(f.anna);
  const Claim claim = f.station->claim();
  const Task released = f.tasks().release(claim).value();
  CHECK(released.status == TaskStatus::queued);
  CHECK(released.crashes == 0);
  CHECK_FALSE(released.started_at);
  const Claim again = f.station->claim();
  CHECK(again.id() == first.id);
  CHECK(again.attempt() == 2);
}

TEST_CASE("recent work is averaged over what was done lately") {
  Fixture f;
  CHECK(f.tasks().recent_work(f.clock.now()).value().count == 0);
  CHECK_FALSE(f.tasks().recent_work(f.clock.now()).value().average_seconds);
  for (const double seconds : {0.1, 0.3}) {
    f.station->create(f.anna);
    REQUIRE(f.tasks().finish(f.station->claim(), some_outcome(), {seconds, 0.0, 0.0}));
    f.clock.advance(std::chrono::minutes(1));
  }
  const core::Timestamp start = f.clock.now() - std::chrono::minutes(2);
  CHECK(f.tasks().recent_work(start).value().average_seconds.value() == doctest::Approx(0.2));
  const RecentWork late = f.tasks().recent_work(start + std::chrono::seconds(1)).value();
  CHECK(late.count == 1);
  CHECK(late.average_seconds.value() == doctest::Approx(0.3));
}

}  // namespace geond::tasks
