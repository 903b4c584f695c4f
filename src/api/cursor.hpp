// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"
#include "input_reader.hpp"

namespace geond::api {

/// Where a page of the list of users ended.
std::string make_cursor(core::UserId id);

/// The user after whom a page begins; that of nobody (0) without a cursor. Errors: invalid_argument
/// `invalid_cursor`.
core::Result<core::UserId> read_cursor(const std::optional<std::string>& text);

/// The query parameter `limit`, how many rows a page of a list has: 1 to 200, 50 if it is not
/// there.
int read_page_size(QueryReader& query);

}  // namespace geond::api
