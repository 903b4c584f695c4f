// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <fmt/format.h>

#include <charconv>

namespace geond::api {
namespace {

constexpr std::string_view kPrefix = "c1-";

}  // namespace

std::string make_cursor(std::int64_t id) {
  return fmt::format("{}{:x}", kPrefix, id);
}

std::optional<std::int64_t> read_cursor(QueryReader& query) {
  const auto text = query.text("cursor", 200);
  if (!text) return std::nullopt;
  std::int64_t id = 0;
  if (text->starts_with(kPrefix)) {
    const char* end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data() + kPrefix.size(), end, id, 16);
    if (error == std::errc() && stop == end && id > 0) return id;
  }
  query.refuse("cursor", "must be the next_cursor of a page of this list");
  return std::nullopt;
}

int read_page_size(QueryReader& query) {
  constexpr int kDefault = 50;
  constexpr int kLargest = 200;
  return static_cast<int>(query.integer("limit", 1, kLargest).value_or(kDefault));
}

}  // namespace geond::api
