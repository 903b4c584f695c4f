// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "geond/core/result.hpp"
#include "geond/http/context.hpp"
#include "geond/http/task.hpp"

namespace geond::api {

/// Lets so many through at once: for work that takes much memory or a whole core. Who waits holds
/// no thread. Thread-safe; must outlive its passes.
class Gate {
 public:
  /// `busy` is told to whom nothing was free for half a minute.
  explicit Gate(std::size_t places, core::Error busy = http::overloaded_error())
      : free_(places), busy_(std::move(busy)) {}

  /// A place, given back when destroyed.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) {}
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;

   private:
    Gate* gate_;
  };

  /// Waits for a place. Who waits in the same line, a user's number say, is served in the order of
  /// coming; the lines take turns, so that a long one does not keep the others waiting. Errors:
  /// unavailable `stopping` (the server is), unavailable `client_gone`, `busy`
  /// (nothing was free for half a minute).
  http::Task<core::Result<Pass>> enter(http::Context& context, std::int64_t line = 0);

 private:
  struct Waiter {
    std::shared_ptr<http::Event> event;
    std::int64_t line = 0;
    bool admitted = false;
  };

  class Turn;

  void leave() noexcept;
  bool take_or_queue(const std::shared_ptr<Waiter>& waiter);
  /// Whether the waiter had been let in; else it is taken out of the queue.
  bool give_up(const std::shared_ptr<Waiter>& waiter) noexcept;
  bool is_admitted(const std::shared_ptr<Waiter>& waiter);
  /// Whose turn it is; out of the queue. There has to be somebody. Needs mutex_.
  std::shared_ptr<Waiter> take_next() noexcept;

  core::Error refusal(http::WaitOutcome outcome) const;

  std::mutex mutex_;
  std::size_t free_;  // guarded by mutex_
  /// By line; none is empty. Guarded by mutex_, and so are the waiters.
  std::map<std::int64_t, std::list<std::shared_ptr<Waiter>>> waiting_;
  std::int64_t last_line_ = 0;  ///< The one that had the latest turn. Guarded by mutex_.
  const core::Error busy_;
};

}  // namespace geond::api
