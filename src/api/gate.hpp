// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <list>
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
  /// What is told to whom nothing was free for half a minute: `overloaded`, unless another is
  /// given.
  static core::Error overloaded();

  explicit Gate(std::size_t places, core::Error busy = overloaded())
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

  /// Waits for a place, first come, first served. Errors: unavailable `stopping` (the server is),
  /// unavailable `client_gone`, `busy` (nothing was free for half a minute).
  http::Task<core::Result<Pass>> enter(http::Context& context);

 private:
  struct Waiter {
    std::shared_ptr<http::Event> event;
    bool admitted = false;
  };

  void leave();
  bool take_or_queue(const std::shared_ptr<Waiter>& waiter);
  /// Whether the waiter had been let in; else it is taken out of the queue.
  bool give_up(const std::shared_ptr<Waiter>& waiter);
  bool is_admitted(const std::shared_ptr<Waiter>& waiter);

  core::Error refusal(http::WaitOutcome outcome) const;

  std::mutex mutex_;
  std::size_t free_;                            // guarded by mutex_
  std::list<std::shared_ptr<Waiter>> waiting_;  // guarded by mutex_, and so are the waiters
  const core::Error busy_;
};

}  // namespace geond::api
