// SPDX-License-Identifier: MIT
#include "geond/core/list_cursor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace geond::core {
namespace {

std::optional<std::int64_t> read_hex(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stop != end || value < 0) return std::nullopt;
  return value;
}

Error invalid() {
  return Error(ErrorKind::invalid_argument, "invalid_cursor",
               "The cursor is not one that this server gave for this list: start without it.")
      .with_field("cursor", "must be a next_cursor of an earlier answer");
}

}  // namespace

std::string encode_cursor(std::string_view tag, std::span<const std::int64_t> numbers) {
  return fmt::format("{}{:x}", tag, fmt::join(numbers, "-"));
}

Result<void> decode_cursor(std::string_view text, std::string_view tag,
                           std::span<std::int64_t> numbers) {
  if (!text.starts_with(tag)) return invalid();
  text.remove_prefix(tag.size());
  for (std::int64_t& number : numbers) {
    const bool is_last = &number == &numbers.back();
    const std::size_t end = is_last ? text.size() : std::min(text.find('-'), text.size());
    const auto value = read_hex(text.substr(0, end));
    if (!value) return invalid();
    number = *value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return ok();
}

}  // namespace geond::core
