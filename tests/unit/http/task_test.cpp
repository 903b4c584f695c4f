// SPDX-License-Identifier: MIT
#include "geond/http/task.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "geond/http/context.hpp"

using namespace geond::http;

namespace {

/// Suspends until the test resumes it.
struct Gate {
  std::coroutine_handle<> waiting;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle) { waiting = handle; }
  void await_resume() const noexcept {}
};

Task<int> at_once(int value) {
  co_return value;
}

Task<long> sum_of(int count) {
  long sum = 0;
  for (int index = 0; index < count; ++index) {
    const int value = co_await at_once(index);
    sum += value;
  }
  co_return sum;
}

Task<std::string> pass_gate(Gate& gate, std::string text) {
  co_await gate;
  co_return text + "!";
}

Task<void> outer(Gate& gate, std::vector<std::string>& log) {
  log.push_back("begin");
  const std::string text = co_await pass_gate(gate, std::string(100, 'x'));
  log.push_back(text.substr(99));
}

Task<int> fail() {
  throw std::runtime_error("broken");
  co_return 1;
}

Task<std::string> catch_it() {
  try {
    co_await fail();
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "nothing";
}

Task<std::unique_ptr<int>> move_only() {
  co_return std::make_unique<int>(7);
}

/// Runs blocking functions at once, or none.
class InlineContext final : public Context {
 public:
  explicit InlineContext(bool has_room = true) : has_room_(has_room) {}
  std::shared_ptr<Event> make_event() override { return nullptr; }
  bool is_stopping() const override { return false; }
  const geond::core::Logger& logger() const override { return logger_; }

 protected:
  bool start_blocking(BlockingJob& job) override {
    if (has_room_) job.run();
    return false;  // Has not to be waited for.
  }

 private:
  bool has_room_;
  geond::core::Logger logger_;
};

struct Counted {
  explicit Counted(int& alive_) : alive(&alive_) { ++*alive; }
  Counted(const Counted& other) : alive(other.alive) { ++*alive; }
  ~Counted() { --*alive; }
  Counted& operator=(const Counted&) = delete;
  int* alive;
};

/// Calls run_blocking with functions that own something, copied and moved.
Task<std::string> call_blocking(Context& context, int& alive) {
  const Counted counted(alive);
  const std::string text(100, 'x');
  const auto measure = [counted, text] { return text.size(); };
  const auto size = co_await context.run_blocking(measure);
  auto give_away = [counted, owned = std::make_unique<std::string>(text)]() mutable {
    return geond::core::Result<std::string>(std::move(*owned));
  };
  const auto moved = co_await context.run_blocking(give_away);
  const auto count = [&alive] { ++alive, --alive; };
  const auto nothing = co_await context.run_blocking(count);
  if (!size || !moved || !nothing) co_return "failed";
  co_return *moved;
}

Task<int> throw_blocking(Context& context) {
  const auto fail_there = []() -> int { throw std::runtime_error("in the pool"); };
  const auto value = co_await context.run_blocking(fail_there);
  co_return value ? *value : 0;
}

}  // namespace

TEST_CASE("what a blocking function captures is destroyed exactly once") {
  int alive = 0;
  InlineContext context;
  CHECK(call_blocking(context, alive).run_inline() == std::string(100, 'x'));
  CHECK(alive == 0);
  InlineContext full(false);
  CHECK(call_blocking(full, alive).run_inline() == "failed");
  CHECK(alive == 0);
  CHECK_THROWS_AS(throw_blocking(context).run_inline(), std::runtime_error);
}

TEST_CASE("a loop over tasks that end at once does not grow the stack") {
  CHECK(sum_of(1'000'000).run_inline() == 499'999'500'000L);
}

TEST_CASE("a task that suspends goes on where it was, and so do those who wait for it") {
  Gate gate;
  std::vector<std::string> log;
  Task<void> task = outer(gate, log);
  CHECK(log.empty());  // Lazy.
  CHECK(task.await_suspend(std::noop_coroutine()));
  CHECK(log == std::vector<std::string>{"begin"});
  gate.waiting.resume();
  CHECK(log == std::vector<std::string>{"begin", "x!"});
}

TEST_CASE("an exception comes out at the await") {
  CHECK(catch_it().run_inline() == "broken");
  CHECK_THROWS_AS(fail().run_inline(), std::runtime_error);
}

TEST_CASE("a task that is never awaited or never ends frees what it holds") {
  Gate gate;
  std::vector<std::string> log;
  {
    const Task<void> never_started = outer(gate, log);
  }
  Task<void> suspended = outer(gate, log);
  CHECK(suspended.await_suspend(std::noop_coroutine()));
  CHECK(**std::make_unique<std::unique_ptr<int>>(move_only().run_inline()) == 7);
}

TEST_CASE("running a task inline that suspends is a fault") {
  Gate gate;
  std::vector<std::string> log;
  CHECK_THROWS_AS(outer(gate, log).run_inline(), std::logic_error);
}
