// SPDX-License-Identifier: MIT
#include "queue_moves.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "plant.hpp"
#include "support/manual_clock.hpp"

using namespace geond;
using namespace std::chrono_literals;
using pipeline::QueueMoves;

namespace {

/// Counts what it is told, which is nothing while the notifier's clock is broken.
struct Listener {
  support::ManualClock clock;
  pipeline::BreakableClock notifier_clock;
  pipeline::Notifier notifier{notifier_clock};
  int told = 0;
  pipeline::Notifier::Subscription subscription =
      notifier.subscribe(core::UserId{1}, [this](const pipeline::TaskEvent& event) {
        REQUIRE(event.kind == pipeline::TaskEventKind::queue_moved);
        ++told;
      });
  QueueMoves moves{notifier, clock, core::Logger()};
};

}  // namespace

TEST_CASE("of moves that follow fast the first is told, and the rest as one") {
  Listener listener;
  listener.moves.add();
  CHECK(listener.told == 1);
  listener.clock.advance(100ms);
  listener.moves.add();
  listener.moves.add();
  listener.moves.tell();
  CHECK(listener.told == 1);
  listener.clock.advance(150ms);
  listener.moves.tell();
  CHECK(listener.told == 2);
}

TEST_CASE("nothing is told twice, or when nothing moved") {
  Listener listener;
  listener.moves.tell();
  listener.moves.tell_rest();
  CHECK(listener.told == 0);
  listener.moves.add();
  listener.clock.advance(1s);
  listener.moves.tell();
  listener.moves.tell_rest();
  CHECK(listener.told == 1);
}

TEST_CASE("what was held back is told when there is nothing more to do") {
  Listener listener;
  listener.moves.add();
  listener.moves.add();
  listener.moves.tell_rest();
  CHECK(listener.told == 2);
}

TEST_CASE("a move of which nobody could be told is told the next time") {
  Listener listener;
  listener.notifier_clock.is_broken = true;
  listener.moves.add();
  CHECK(listener.told == 0);
  listener.notifier_clock.is_broken = false;
  listener.moves.tell();
  CHECK(listener.told == 0);  // Tried just now.
  listener.clock.advance(250ms);
  listener.moves.tell();
  CHECK(listener.told == 1);
  listener.notifier_clock.is_broken = true;
  listener.clock.advance(250ms);
  listener.moves.add();
  listener.notifier_clock.is_broken = false;
  listener.moves.tell_rest();
  CHECK(listener.told == 2);
}
