// SPDX-License-Identifier: MIT
#include "queue_moves.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <new>

#include "support/manual_clock.hpp"

using namespace geond;
using namespace std::chrono_literals;
using pipeline::QueueMoves;

namespace {

/// Counts what it is told; throws instead while `is_deaf`.
struct Listener {
  support::ManualClock clock;
  pipeline::Notifier notifier{clock};
  int told = 0;
  bool is_deaf = false;
  pipeline::Notifier::Subscription subscription =
      notifier.subscribe(core::UserId{1}, [this](const pipeline::TaskEvent& event) {
        REQUIRE(event.kind == pipeline::TaskEventKind::queue_moved);
        if (is_deaf) throw std::bad_alloc();
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
  listener.is_deaf = true;
  listener.moves.add();
  CHECK(listener.told == 0);
  listener.is_deaf = false;
  listener.moves.tell();
  CHECK(listener.told == 0);  // Tried just now.
  listener.clock.advance(250ms);
  listener.moves.tell();
  CHECK(listener.told == 1);
  listener.is_deaf = true;
  listener.clock.advance(250ms);
  listener.moves.add();
  listener.is_deaf = false;
  listener.moves.tell_rest();
  CHECK(listener.told == 2);
}
