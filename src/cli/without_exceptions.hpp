// SPDX-License-Identifier: MIT
#pragma once

#include <exception>

#include "geond/core/result.hpp"

namespace geond::cli {

/// What `act` returns; where it throws, as OpenCV does when there is no memory, an error: one file
/// must not take the others with it.
auto without_exceptions(auto act) -> decltype(act()) {
  try {
    return act();
  } catch (const std::exception& fault) {
    return core::Error(core::ErrorKind::internal, "fault", fault.what());
  }
}

}  // namespace geond::cli
