// SPDX-License-Identifier: MIT
#include "task_wait.hpp"

#include <utility>

namespace geond::api {
namespace {

bool is_ending(pipeline::TaskEventKind kind) {
  return kind == pipeline::TaskEventKind::done || kind == pipeline::TaskEventKind::failed ||
         kind == pipeline::TaskEventKind::cancelled || kind == pipeline::TaskEventKind::removed;
}

}  // namespace

TaskWaiter::TaskWaiter(pipeline::Notifier& notifier, core::UserId user, http::Context& context)
    : endings_(std::make_shared<Endings>()) {
  endings_->event = context.make_event();
  const auto endings = endings_;
  subscription_ = notifier.subscribe(user, [endings](const pipeline::TaskEvent& event) {
    if (!is_ending(event.kind)) return;
    {
      const std::lock_guard lock(endings->mutex);
      endings->ended.insert(event.task);
    }
    endings->event->notify();
  });
}

http::Task<void> TaskWaiter::wait_for(std::vector<core::TaskId> tasks,
                                      std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    {
      const std::lock_guard lock(endings_->mutex);
      std::erase_if(tasks, [&](core::TaskId id) { return endings_->ended.contains(id); });
    }
    if (tasks.empty()) co_return;
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.count() <= 0) co_return;
    const auto outcome = co_await endings_->event->wait(rest);
    if (outcome == http::WaitOutcome::client_gone || outcome == http::WaitOutcome::stopping) {
      co_return;
    }
  }
}

}  // namespace geond::api
