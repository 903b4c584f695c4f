// SPDX-License-Identifier: MIT
#include "session_context.hpp"

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <exception>
#include <thread>

namespace geond::http {
namespace {

/// Between two tries to post what memory lacks for.
constexpr std::chrono::milliseconds kPostPause{10};

/// As often as it takes: a coroutine that is not resumed keeps its connection for good.
void resume_on(Connection& connection, std::coroutine_handle<> waiting) noexcept {
  while (true) {
    try {
      connection.post([waiting] { waiting.resume(); });
      return;
    } catch (const std::exception&) {
      std::this_thread::sleep_for(kPostPause);
    }
  }
}

}  // namespace

void SessionEvent::notify() noexcept {
  // Held while posting: after close() the connection and its executor may be gone.
  const std::lock_guard lock(mutex_);
  if (connection_ == nullptr) return;
  signalled_ = true;
  if (posted_.exchange(true)) return;
  try {
    connection_->post([self = shared_from_this()] { self->arrive(); });
  } catch (const std::exception&) {
    posted_ = false;  // Nothing is on its way: the next announcement tries again.
  }
}

void SessionEvent::arrive() {
  posted_ = false;
  ring();
}

void SessionEvent::ring() {
  if (alarm_) alarm_->ring();
}

void SessionEvent::close() {
  const std::lock_guard lock(mutex_);
  connection_ = nullptr;
  alarm_.reset();
}

Task<WaitOutcome> SessionEvent::wait(std::chrono::milliseconds timeout) {
  return wait_unless(&PeerWatch::is_gone, timeout);
}

Task<WaitOutcome> SessionEvent::wait_while_open(std::chrono::milliseconds timeout) {
  return wait_unless(&PeerWatch::has_ended, timeout);
}

Task<WaitOutcome> SessionEvent::wait_unless(IsGone is_gone, std::chrono::milliseconds timeout) {
  using std::chrono::steady_clock;
  // Longer than anybody waits, and far from the end of the clock's range.
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24);
  const auto deadline =
      steady_clock::now() + std::clamp(timeout, std::chrono::milliseconds(0), kLongest);
  watch_.start_watch();
  while (true) {
    if (signalled_.exchange(false)) co_return WaitOutcome::notified;
    if ((watch_.*is_gone)()) co_return WaitOutcome::client_gone;
    if (stopping_.load()) co_return WaitOutcome::stopping;
    if (steady_clock::now() >= deadline) co_return WaitOutcome::timed_out;
    co_await alarm_->wait(deadline);
  }
}

SessionContext::~SessionContext() {
  for (const auto& weak : events_) {
    if (const auto event = weak.lock()) event->close();
  }
}

std::shared_ptr<Event> SessionContext::make_event() {
  std::erase_if(events_, [](const auto& weak) { return weak.expired(); });
  auto event = std::make_shared<SessionEvent>(connection_, watch_, host_.stopping);
  events_.push_back(event);
  return event;
}

void SessionContext::ring_events() {
  for (const auto& weak : events_) {
    if (const auto event = weak.lock()) event->ring();
  }
}

bool SessionContext::start_blocking(BlockingJob& job) {
  auto run = [&job, connection = connection_.shared_from_this()] {
    job.run();
    // The job is gone as soon as its coroutine runs.
    resume_on(*connection, job.waiting);
  };
  return host_.pool.try_run(
      std::move(run), job.is_refusable ? BlockingPool::Bound::queue : BlockingPool::Bound::none);
}

}  // namespace geond::http
