// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace geond::tasks {
namespace {

/// Said in the text, so that a later form of cursors is told from this one.
constexpr std::string_view kPrefix = "c1-";

std::optional<std::int64_t> read_hex(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc{} || stop != end || value < 0 || text.front() == '-') return std::nullopt;
  return value;
}

}  // namespace

std::string encode(const Cursor& cursor) {
  return fmt::format("{}{:x}-{:x}", kPrefix, cursor.created_at.time_since_epoch().count(),
                     cursor.id.value);
}

core::Result<Cursor> decode_cursor(std::string_view text) {
  const core::Error invalid =
      core::Error(core::ErrorKind::invalid_argument, "invalid_cursor",
                  "The cursor is not one that this server gave: start without it.")
          .with_field("cursor", "must be a next_cursor of an earlier answer");
  if (!text.starts_with(kPrefix)) return invalid;
  text.remove_prefix(kPrefix.size());
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size()) return invalid;
  const auto time = read_hex(text.substr(0, dash));
  const auto id = read_hex(text.substr(dash + 1));
  if (!time || !id) return invalid;
  return Cursor{core::Timestamp(std::chrono::microseconds(*time)), core::TaskId{*id}};
}

}  // namespace geond::tasks
