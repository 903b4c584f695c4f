// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"

namespace geond::core {

/// Where a page of a list ended, as a text that clients have no reason to take apart: the list's
/// `tag`, which ends with `-`, and numbers of 0 or more. Letters, digits and `-` only, so that it
/// needs no escaping in a URL.
std::string encode_cursor(std::string_view tag, std::span<const std::int64_t> numbers);

/// Reads as many `numbers` as there are places. Errors: invalid_argument `invalid_cursor`, naming
/// the field `cursor`, for what encode_cursor() did not make with this tag and as many numbers.
Result<void> decode_cursor(std::string_view text, std::string_view tag,
                           std::span<std::int64_t> numbers);

}  // namespace geond::core
