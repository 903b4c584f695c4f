// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include "geond/core/result.hpp"

/// Lets doctest say of a Result in a failed check what its error was. Boost's own `<<` would need
/// one for every value.
template <class Value>
struct doctest::StringMaker<boost::system::result<Value, geond::core::Error>> {
  static String convert(const boost::system::result<Value, geond::core::Error>& result) {
    if (result.has_value()) return "a value";
    const geond::core::Error& error = result.error();
    return String("error ") + error.code().c_str() + ": " + error.detail().c_str();
  }
};
