// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

/// Why Event::wait() returned.
enum class WaitOutcome {
  notified,   ///< notify() was called since the last wait() returned.
  timed_out,  ///< The time is over.
  /// Its connection is lost, or it sends no more while an endless stream is sent (to anything else
  /// a client that has shut down its sending side still gets its whole answer); also see
  /// Event::wait_while_open().
  client_gone,
  stopping,  ///< The server is stopping: answer now.
};

/// Something that a handler waits for and another thread announces. Announcements made while
/// nobody waits are kept, and several become one: look at the state after each wait().
class Event {
 public:
  virtual ~Event() = default;

  /// Thread-safe, never blocks for long, may be called after the request is over (nothing happens)
  /// and after the server is gone. Where memory lacks to wake the waiter, it learns at the next
  /// announcement or when its time is over.
  virtual void notify() noexcept = 0;

  /// From the handler's coroutine only, one wait at a time.
  virtual Task<WaitOutcome> wait(std::chrono::milliseconds timeout) = 0;

  /// As wait(), but a client that sends no more is gone: it has closed its connection, or shut down
  /// its sending side only, and nothing but an answer finds out which (RFC 9293, 3.6). For waiting
  /// that the answer can do without.
  virtual Task<WaitOutcome> wait_while_open(std::chrono::milliseconds timeout) = 0;
};

/// A function on its way to the blocking pool. Lives in the waiting coroutine's frame.
class BlockingJob {
 public:
  virtual ~BlockingJob() = default;
  virtual void run() noexcept = 0;
  std::coroutine_handle<> waiting;  ///< Resumed on the session's executor after run().
  bool is_refusable = true;         ///< Whether a full queue turns it away.
};

namespace detail {

template <class T>
struct BlockingResult {
  using type = core::Result<T>;
};
template <class T>
struct BlockingResult<core::Result<T>> {
  using type = core::Result<T>;
};

}  // namespace detail

/// What a handler can reach beside its request. Lives as long as the request is worked on.
class Context {
 public:
  virtual ~Context() = default;

  /// Runs `function` on the blocking pool and resumes here. Everything that waits for the disk, the
  /// database, another thread or a long computation goes through this.
  ///
  /// Returns function's Result, or its value as a Result. Errors: those of `function`, and
  /// unavailable `overloaded` if the pool's queue is full (the function does not run then).
  /// An exception that leaves `function` is thrown here again. `function` is a local of the handler
  /// and may refer to others, because the handler is suspended meanwhile:
  ///
  ///     const auto load = [this, id] { return tasks_.get(id); };
  ///     const auto task = co_await context.run_blocking(load);
  template <class Function>
  auto run_blocking(Function& function)
      -> Task<typename detail::BlockingResult<std::invoke_result_t<Function&>>::type>;

  /// Not for temporaries: GCC 12 destroys what a lambda inside a `co_await` expression captures
  /// twice. Give the function a name first.
  template <class Function>
    requires(!std::is_lvalue_reference_v<Function>)
  void run_blocking(Function&& function) = delete;

  /// The same for what an answer still needs that has begun, and would be cut off without it: a
  /// full queue takes this function, too. Connections bound how many there are, one each.
  template <class Function>
  auto run_blocking_unrefused(Function& function)
      -> Task<typename detail::BlockingResult<std::invoke_result_t<Function&>>::type>;

  /// An event that belongs to this request.
  virtual std::shared_ptr<Event> make_event() = 0;

  /// Whether the server is stopping: long answers should end soon.
  virtual bool is_stopping() const = 0;

  virtual const core::Logger& logger() const = 0;

 protected:
  /// Queues the job; false if the queue is full and the job refusable. It must live until it is
  /// resumed.
  virtual bool start_blocking(BlockingJob& job) = 0;

 private:
  template <class Function>
  class BlockingCall;
};

/// What run_blocking() answers when the pool's queue is full.
core::Error overloaded_error();

template <class Function>
class Context::BlockingCall final : public BlockingJob {
 public:
  using Value = std::invoke_result_t<Function&>;
  using Result = typename detail::BlockingResult<Value>::type;

  BlockingCall(Context& context, Function& function) : context_(context), function_(function) {}

  void run() noexcept override {
    try {
      if constexpr (std::is_void_v<Value>) {
        function_();
        result_.emplace();
      } else {
        result_.emplace(function_());
      }
    } catch (...) {
      exception_ = std::current_exception();
    }
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    waiting = handle;
    return context_.start_blocking(*this);
  }
  Result await_resume() {
    if (exception_) std::rethrow_exception(exception_);
    if (!result_) return overloaded_error();
    return std::move(*result_);
  }

 private:
  Context& context_;
  Function& function_;
  std::optional<Result> result_;
  std::exception_ptr exception_;
};

template <class Function>
auto Context::run_blocking(Function& function)
    -> Task<typename detail::BlockingResult<std::invoke_result_t<Function&>>::type> {
  BlockingCall<Function> call(*this, function);
  co_return co_await call;
}

template <class Function>
auto Context::run_blocking_unrefused(Function& function)
    -> Task<typename detail::BlockingResult<std::invoke_result_t<Function&>>::type> {
  BlockingCall<Function> call(*this, function);
  call.is_refusable = false;
  co_return co_await call;
}

}  // namespace geond::http
