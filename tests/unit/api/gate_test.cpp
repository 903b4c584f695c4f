// SPDX-License-Identifier: MIT
#include "gate.hpp"

#include <chrono>
#include <coroutine>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "bare_context.hpp"

using namespace geond;
using geond::api::Gate;

namespace {

/// Waits until the test says how the wait ended.
class ScriptedEvent final : public http::Event {
 public:
  bool is_late = false;    ///< The wait ends for another reason before the announcement arrives.
  bool is_faulty = false;  ///< Waiting throws.

  void notify() noexcept override {
    if (waiting_ && !is_late) end(http::WaitOutcome::notified);
  }
  http::Task<http::WaitOutcome> wait(std::chrono::milliseconds) override {
    if (is_faulty) throw std::bad_alloc();
    co_await Suspension{*this};
    co_return outcome_;
  }
  http::Task<http::WaitOutcome> wait_while_open(std::chrono::milliseconds timeout) override {
    return wait(timeout);
  }
  void end(http::WaitOutcome outcome) {
    outcome_ = outcome;
    std::exchange(waiting_, nullptr).resume();
  }

 private:
  struct Suspension {
    ScriptedEvent& event;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const noexcept { event.waiting_ = handle; }
    void await_resume() const noexcept {}
  };

  std::coroutine_handle<> waiting_;
  http::WaitOutcome outcome_ = http::WaitOutcome::notified;
};

/// One request at the gate.
class Visitor final : public api::test::BareContext {
 public:
  explicit Visitor(Gate& gate, std::int64_t line = 0, bool is_faulty = false)
      : is_faulty_(is_faulty), task_(visit(gate, line)) {
    task_.await_suspend(std::noop_coroutine());
  }

  bool is_in() const { return pass_.has_value(); }
  const std::string& refusal() const { return refusal_; }
  void leave() { pass_.reset(); }
  void wait_ends(http::WaitOutcome outcome) { event_->end(outcome); }
  void hears_late() { event_->is_late = true; }

  std::shared_ptr<http::Event> make_event() override {
    event_ = std::make_shared<ScriptedEvent>();
    event_->is_faulty = is_faulty_;
    return event_;
  }

 private:
  http::Task<void> visit(Gate& gate, std::int64_t line) {
    auto pass = co_await gate.enter(*this, line);
    if (pass) {
      pass_.emplace(*std::move(pass));
    } else {
      refusal_ = pass.error().code();
    }
  }

  const bool is_faulty_;
  std::shared_ptr<ScriptedEvent> event_;
  std::optional<Gate::Pass> pass_;
  std::string refusal_;
  http::Task<void> task_;
};

}  // namespace

TEST_CASE("a gate lets so many in at once, and the others in the order they came") {
  Gate gate(2);
  Visitor first(gate), second(gate), third(gate), fourth(gate);
  CHECK(first.is_in());
  CHECK(second.is_in());
  CHECK_FALSE(third.is_in());
  second.leave();
  CHECK(third.is_in());
  CHECK_FALSE(fourth.is_in());
  first.leave();
  CHECK(fourth.is_in());
}

TEST_CASE("who gives up waiting hears why, and takes nobody's place") {
  Gate gate(1);
  Visitor inside(gate);
  for (const auto& [outcome, code] : {std::pair{http::WaitOutcome::timed_out, "overloaded"},
                                      {http::WaitOutcome::stopping, "stopping"},
                                      {http::WaitOutcome::client_gone, "client_gone"}}) {
    Visitor impatient(gate);
    impatient.wait_ends(outcome);
    CHECK(impatient.refusal() == code);
  }
  Visitor patient(gate);
  CHECK_FALSE(patient.is_in());
  inside.leave();
  CHECK(patient.is_in());
  patient.leave();
  CHECK(Visitor(gate).is_in());
}

TEST_CASE("who waits in vain is told what the gate says") {
  Gate gate(1, core::Error(core::ErrorKind::unavailable, "sign_in_busy", "Try again."));
  const Visitor inside(gate);
  Visitor impatient(gate);
  impatient.wait_ends(http::WaitOutcome::timed_out);
  CHECK(impatient.refusal() == "sign_in_busy");
}

TEST_CASE("a place that is given to somebody who gives up at that moment goes on to the next") {
  Gate gate(1);
  Visitor inside(gate), late(gate), next(gate);
  late.hears_late();
  inside.leave();
  CHECK_FALSE(next.is_in());
  late.wait_ends(http::WaitOutcome::timed_out);
  CHECK(late.refusal() == "overloaded");
  CHECK(next.is_in());
}

TEST_CASE("a wait that ends without a place goes on, and a pass ends with its visit") {
  Gate gate(1);
  std::optional<Visitor> inside;
  inside.emplace(gate);
  Visitor next(gate);
  next.wait_ends(http::WaitOutcome::notified);
  CHECK_FALSE(next.is_in());
  CHECK(next.refusal().empty());
  inside.reset();
  CHECK(next.is_in());
}

// The place went to the request that was over, and to nobody after it.
TEST_CASE("a wait that throws takes its waiter out of the queue") {
  Gate gate(1);
  Visitor inside(gate), faulty(gate, 0, true);
  inside.leave();
  CHECK(Visitor(gate).is_in());
}

TEST_CASE("lines take turns, so that one user's many do not keep another waiting") {
  Gate gate(1);
  Visitor inside(gate, 1), first(gate, 1), second(gate, 1), other(gate, 2), third(gate, 1);
  inside.leave();
  CHECK(first.is_in());
  first.leave();
  CHECK(other.is_in());
  other.leave();
  CHECK(second.is_in());
  Visitor late(gate, 2);
  late.wait_ends(http::WaitOutcome::client_gone);
  second.leave();
  CHECK(third.is_in());
  third.leave();
  CHECK(Visitor(gate, 3).is_in());
}
