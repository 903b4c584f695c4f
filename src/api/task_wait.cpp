// SPDX-License-Identifier: MIT
#include "task_wait.hpp"

#include <new>
#include <utility>

#include "access.hpp"
#include "geond/core/clock.hpp"

namespace geond::api {
namespace {

bool is_ending(pipeline::TaskEventKind kind) {
  return kind == pipeline::TaskEventKind::done || kind == pipeline::TaskEventKind::failed ||
         kind == pipeline::TaskEventKind::cancelled || kind == pipeline::TaskEventKind::removed;
}

}  // namespace

void TaskWaiter::Endings::note(core::TaskId task, bool is_access) noexcept {
  const std::lock_guard lock(mutex);
  access_changed = access_changed || is_access;
  if (is_access) return;
  try {
    ended.insert(task);
  } catch (const std::bad_alloc&) {
    has_missed_some = true;
  }
}

TaskWaiter::TaskWaiter(const Call& call) : call_(call), endings_(std::make_shared<Endings>()) {
  endings_->event = call.context.make_event();
  const auto put = [endings = endings_](const pipeline::TaskEvent& event) {
    const bool is_access = event.kind == pipeline::TaskEventKind::access_changed;
    if (!is_access && !is_ending(event.kind)) return;
    endings->note(event.task, is_access);
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
  const core::Clock& clock = call_.services.clock;
  const auto deadline = clock.steady_now() + timeout;
  while (true) {
    {
      const std::lock_guard lock(endings_->mutex);
      if (endings_->has_missed_some) co_return;
      std::erase_if(tasks, [&](core::TaskId id) { return endings_->ended.contains(id); });
    }
    if (tasks.empty()) co_return;
    const bool welcome = co_await is_welcome();
    if (!welcome) co_return;
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady_now());
    if (rest.count() <= 0) co_return;
    const auto outcome = co_await endings_->event->wait_while_open(rest);
    if (outcome == http::WaitOutcome::client_gone || outcome == http::WaitOutcome::stopping) {
      co_return;
    }
  }
}

}  // namespace geond::api
