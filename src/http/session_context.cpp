// SPDX-License-Identifier: MIT
#include "session_context.hpp"

#include <algorithm>

namespace geond::http {

void SessionEvent::notify() {
  // Held while posting: after close() the connection and its executor may be gone.
  const std::lock_guard lock(mutex_);
  if (connection_ == nullptr || posted_.exchange(true)) return;
  connection_->post([self = shared_from_this()] { self->arrive(); });
}

void SessionEvent::arrive() {
  posted_.exchange(false);
  signalled_ = true;
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
    if (std::exchange(signalled_, false)) co_return WaitOutcome::notified;
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
    connection->post([handle = job.waiting] { handle.resume(); });
  };
  return host_.pool.try_run(
      std::move(run), job.is_refusable ? BlockingPool::Bound::queue : BlockingPool::Bound::none);
}

}  // namespace geond::http
