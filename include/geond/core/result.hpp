// SPDX-License-Identifier: MIT
#pragma once

#include <boost/system/result.hpp>

#include "geond/core/error.hpp"

namespace geond::core {

/// A value or the Error that kept it from being. `value()` on an error throws (a fault of the
/// caller); test with `if (!result) return result.error();`.
template <class T>
using Result = boost::system::result<T, Error>;

/// The success of something that has no value: `return core::ok();`.
inline Result<void> ok() {
  return {};
}

}  // namespace geond::core
