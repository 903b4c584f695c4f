// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "geond/core/ids.hpp"
#include "geond/core/log.hpp"

namespace geond::pipeline {

/// Logs what no Result could say, if that can be done; `task` 0: of none.
inline void log_fault(const core::Logger& logger, std::string_view what, std::string_view why,
                      core::TaskId task = {}) noexcept {
  try {
    logger.error(what, {{"task", task.value}, {"why", why}});
  } catch (...) {  // NOLINT(bugprone-empty-catch): for want of memory, as a rule; it is only a line
  }
}

}  // namespace geond::pipeline
