// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace geond::core {

/// How many characters (Unicode code points) a text of valid UTF-8 has: limits that people and
/// JSON schemas know count these, not bytes.
inline std::size_t count_characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// The length of the UTF-8 sequence (RFC 3629) that `text`, which is not empty, begins with; 0 if
/// it begins with none.
std::size_t utf8_length(std::string_view text);

/// Whether all of a text is UTF-8.
bool is_utf8(std::string_view text);

/// The longest beginning of a text of valid UTF-8 that has at most `bytes` bytes and ends with a
/// whole character.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes);

/// A text from elsewhere as it may stand in one line of a log or on a terminal. Control characters
/// (C0, DEL and, U+0080 to U+009F, C1), which could forge lines, move a terminal's cursor or give
/// it orders, are made visible as JSON escapes them (`\u001b`); a byte that is no UTF-8, as names
/// of files may have, becomes the replacement character.
std::string printable(std::string_view text);

}  // namespace geond::core
