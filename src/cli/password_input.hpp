// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "geond/core/result.hpp"

namespace geond::cli {

/// Where a password comes from.
enum class PasswordSource {
  person,  ///< The terminal, asked for twice and not shown; without one, as `stdin_line`.
  stdin_line,
};

/// A password. On a terminal, a signal that ends or stops the process does so with the echo on
/// again; after a stop the person is asked again.
/// Errors: invalid_argument `no_password` (stdin has none), `password_too_long` (more than 4 KiB
/// without an end of line), `passwords_differ`.
core::Result<std::string> read_password(PasswordSource source);

}  // namespace geond::cli
