// SPDX-License-Identifier: MIT
#include "geond/http/context.hpp"

namespace geond::http {

core::Error overloaded_error() {
  return core::Error(core::ErrorKind::unavailable, "overloaded",
                     "The server has more to do than it can hold. Try again in a moment.");
}

}  // namespace geond::http
