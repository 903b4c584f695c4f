// SPDX-License-Identifier: MIT
#pragma once

#include <source_location>

#include "geond/core/error.hpp"
#include "geond/core/error_codes.hpp"

namespace geond::core {

/// Unavailable `stopping`: what is begun no more because the process is about to end.
inline Error stopping(std::source_location where = std::source_location::current()) {
  return Error(ErrorKind::unavailable, codes::kStopping,
               "The server is stopping; try again in a moment.", where);
}

}  // namespace geond::core
