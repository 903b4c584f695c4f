// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"

namespace geond::storage {

/// Whether writes are still allowed, and if not, why not; it never gets better. Thread-safe.
class Fault {
 public:
  Fault(std::function<void(const core::Error&)> handler, core::Logger logger)
      : handler_(std::move(handler)), logger_(std::move(logger)) {}

  /// The disk failed: the handler asks the process to end. Only the first call counts.
  void raise(const core::Error& cause);

  /// Writes are refused from now on, with `refusal`, and the process goes on: the file is damaged,
  /// or not the one that bears its name. `detail` is for the log. Only the first call counts.
  void refuse_writes(const core::Error& refusal, std::string_view detail);

  /// What a write is answered with; nothing while all is well.
  std::optional<core::Error> refusal() const;

 private:
  const std::function<void(const core::Error&)> handler_;
  const core::Logger logger_;
  std::atomic<bool> is_raised_ = false;
  mutable std::mutex mutex_;
  std::optional<core::Error> refusal_;  // guarded by mutex_; of refuse_writes()
  std::atomic<bool> is_refusing_ = false;
};

}  // namespace geond::storage
