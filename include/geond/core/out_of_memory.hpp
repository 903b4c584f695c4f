// SPDX-License-Identifier: MIT
#pragma once

#include <source_location>

#include "geond/core/error.hpp"
#include "geond/core/error_codes.hpp"

namespace geond::core {

/// Unavailable `out_of_memory`: what std::bad_alloc says, where it can be said in words.
inline Error out_of_memory(std::source_location where = std::source_location::current()) {
  return Error(ErrorKind::unavailable, codes::kOutOfMemory,
               "There is not enough memory at the moment; try again later.", where);
}

}  // namespace geond::core
