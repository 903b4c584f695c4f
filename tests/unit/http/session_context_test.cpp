// SPDX-License-Identifier: MIT
#include "session_context.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <future>
#include <new>
#include <optional>

#include "geond/core/clock.hpp"
#include "geond/core/random.hpp"

using namespace geond;
using namespace geond::http;

namespace {

/// Never rings.
class SilentAlarm final : public Alarm {
 public:
  void ring() override {}

 private:
  void start(std::chrono::steady_clock::time_point, std::coroutine_handle<>) override {}
};

/// A connection without a stream. Lacks the memory to post as often as it is told, then runs at
/// once what is posted.
class BareConnection final : public Connection {
 public:
  explicit BareConnection(int failures) : failures_(failures) {}

  int posted() const { return posted_; }

  void hurry(std::chrono::steady_clock::duration) override {}
  void cancel() override {}
  void close() override {}
  std::size_t available() override { return 0; }
  bool is_tls() const override { return false; }
  const IpAddress& peer() const override { return peer_; }
  void post(std::function<void()> function) override {
    if (failures_-- > 0) throw std::bad_alloc();
    ++posted_;
    function();
  }
  std::unique_ptr<Alarm> make_alarm() override { return std::make_unique<SilentAlarm>(); }

 private:
  void start(IoOperation&) override {}

  const IpAddress peer_;
  int failures_;
  int posted_ = 0;
};

class PresentPeer final : public PeerWatch {
 public:
  void start_watch() override {}
  bool is_gone() const override { return false; }
  bool has_ended() const override { return false; }
};

Task<void> wait_once(Event& event, std::optional<WaitOutcome>& outcome) {
  outcome = co_await event.wait(std::chrono::hours(1));
}

Task<void> block_once(Context& context, std::promise<int>& answer) {
  auto seven = [] { return 7; };
  const auto got = co_await context.run_blocking(seven);
  answer.set_value(got ? *got : 0);
}

}  // namespace

// The event counted as on its way for good, and whoever announced it met the fault.
TEST_CASE("an announcement that memory lacks for is kept, and the next one is posted again") {
  BareConnection connection(1);
  PresentPeer peer;
  const std::atomic<bool> stopping = false;
  const auto event = std::make_shared<SessionEvent>(connection, peer, stopping);
  event->notify();
  CHECK(connection.posted() == 0);
  std::optional<WaitOutcome> outcome;
  auto wait = wait_once(*event, outcome);
  wait.await_suspend(std::noop_coroutine());
  CHECK(outcome == WaitOutcome::notified);
  event->notify();
  CHECK(connection.posted() == 1);
}

TEST_CASE("who waits for a blocking function goes on once there is memory to say so") {
  const auto connection = std::make_shared<BareConnection>(2);
  PresentPeer peer;
  const core::SystemClock clock;
  core::SystemRandom random;
  SessionHost host(ServerConfig(), Router(), {}, clock, random, {});
  SessionContext context(host, *connection, peer);
  std::promise<int> answer;
  auto blocked = block_once(context, answer);
  blocked.await_suspend(std::noop_coroutine());
  CHECK(answer.get_future().get() == 7);
  host.pool.stop();
}
