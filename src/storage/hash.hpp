// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "geond/core/result.hpp"

namespace geond::storage {

/// The SHA-256, in hexadecimal, of what is left to read from a file. Errors: from_errno().
core::Result<std::string> hash_file(int descriptor);

}  // namespace geond::storage
