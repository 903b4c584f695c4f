// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>

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

  /// The file is damaged: writes are refused from now on, the process goes on.
  void refuse_writes(const core::Error& cause);

  /// What a write is answered with; nothing while all is well.
  std::optional<core::Error> refusal() const;

 private:
  const std::function<void(const core::Error&)> handler_;
  const core::Logger logger_;
  std::atomic<bool> is_raised_ = false;
  std::atomic<bool> is_corrupt_ = false;
};

}  // namespace geond::storage
