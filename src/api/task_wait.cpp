// SPDX-License-Identifier: MIT
#include "task_wait.hpp"

#include <utility>

#include "access.hpp"

namespace geond::api {
namespace {

bool is_ending(pipeline::TaskEventKind kind) {
  return kind == pipeline::TaskEventKind::done || kind == pipeline::TaskEventKind::failed ||
         kind == pipeline::TaskEventKind::cancelled || kind == pipeline::TaskEventKind::removed;
}

}  // namespace

TaskWaiter::TaskWaiter(const Call& call) : call_(call), endings_(std::make_shared<Endings>()) {
  endings_->event = call.context.make_event();
  const auto put = [endings = endings_](const pipeline::TaskEvent& event) {
    const bool is_access = event.kind == pipeline::TaskEventKind::access_changed;
    if (!is_access && !is_ending(event.kind)) return;
    {
      const std::lock_guard lock(endings->mutex);
      if (is_access)
        endings->access_changed = true;
      else
        endings->ended.insert(event.task);
    }
    endings->event->notify();
  };
  subscription_ = call.services.notifier.subscribe(call.user(), put);
}

/// Asked again only when that may have changed.
http::Task<bool> TaskWaiter::is_welcome() {
  {
    const std::lock_guard lock(endings_->mutex);
    if (!std::exchange(endings_->access_changed, false)) co_return true;
  }
  co_return co_await is_still_welcome(call_.services.auth, call_.principal(), call_.context);
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
    const bool welcome = co_await is_welcome();
    if (!welcome) co_return;
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (rest.count() <= 0) co_return;
    const auto outcome = co_await endings_->event->wait_while_open(rest);
    if (outcome == http::WaitOutcome::client_gone || outcome == http::WaitOutcome::stopping) {
      co_return;
    }
  }
}

}  // namespace geond::api
