// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace geond::http {

template <class T>
class Task;

namespace detail {

/// What promises of every result type share: who waits, and whether it has to be resumed.
///
/// A task that ends before its first suspension does not resume its waiter but tells it not to
/// suspend at all. So a loop over tasks that end at once needs no tail calls (which GCC makes only
/// with optimisation) to keep the stack flat.
class TaskPromiseBase {
 public:
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) noexcept {
      TaskPromiseBase& promise = handle.promise();
      // The second of {start returned, task ended} goes on; copied before the flag is set, because
      // the frame may be gone right after.
      const std::coroutine_handle<> waiting = promise.waiting_;
      if (promise.passed_.exchange(true, std::memory_order_acq_rel)) return waiting;
      return std::noop_coroutine();
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  void rethrow_if_failed() {
    if (exception_) std::rethrow_exception(std::exchange(exception_, nullptr));
  }

  /// Runs the task until it suspends or ends; true if the waiter has to suspend.
  bool start(std::coroutine_handle<> self, std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    self.resume();
    return !passed_.exchange(true, std::memory_order_acq_rel);
  }

 private:
  std::coroutine_handle<> waiting_;
  std::atomic<bool> passed_{false};
  std::exception_ptr exception_;
};

template <class T>
class TaskPromise final : public TaskPromiseBase {
 public:
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& value) {
    value_.emplace(std::forward<U>(value));
  }
  T take() {
    rethrow_if_failed();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class TaskPromise<void> final : public TaskPromiseBase {
 public:
  Task<void> get_return_object() noexcept;
  void return_void() noexcept {}
  void take() { rethrow_if_failed(); }
};

}  // namespace detail

/// A lazy coroutine that is awaited once: it starts when it is awaited and resumes its waiter when
/// it ends; an exception that leaves it is thrown again at the `co_await`.
///
/// Everything of one request runs on one executor (the session's strand), so tasks need no locks.
/// Parameters that the coroutine uses after its first suspension must outlive it: pass values, or
/// references to what the request owns (Request, Context). Never make a lambda that captures a
/// coroutine; let it call one.
///
/// GCC 12 destroys twice what lambdas (and may do so with aggregates) made inside a `co_await`
/// expression hold: give them a name first, and keep co_await out of `?:`.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::TaskPromise<T>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) {
    return handle_.promise().start(handle_, waiting);
  }
  T await_resume() { return handle_.promise().take(); }

  /// Runs a task that never suspends to its end and returns its result: for tests of handlers and
  /// parsers on bodies that lie in memory. Throws std::logic_error if it suspends.
  T run_inline() && {
    if (handle_.promise().start(handle_, std::noop_coroutine())) {
      throw std::logic_error("The task suspended, although it was to run to its end at once.");
    }
    return handle_.promise().take();
  }

 private:
  friend promise_type;
  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

inline Task<void> TaskPromise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace detail
}  // namespace geond::http
