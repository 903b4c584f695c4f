// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"

namespace geond::tasks {

/// The last task of a page: the next one begins after it.
struct Cursor {
  core::Timestamp created_at;
  core::TaskId id;
};

/// Letters, digits and `-` only, so that it needs no escaping in a URL.
std::string encode(const Cursor& cursor);

/// Errors: invalid_argument `invalid_cursor`.
core::Result<Cursor> decode_cursor(std::string_view text);

}  // namespace geond::tasks
