// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "input_reader.hpp"

namespace geond::api {

/// Where a page of a list ended, in a form that clients have no reason to take apart.
std::string make_cursor(std::int64_t id);

/// The query parameter `cursor`; one that was not made here is refused.
std::optional<std::int64_t> read_cursor(QueryReader& query);

/// The query parameter `limit`, how many rows a page of a list has: 1 to 200, 50 if it is not
/// there.
int read_page_size(QueryReader& query);

}  // namespace geond::api
