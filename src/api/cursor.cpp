// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <array>
#include <cstdint>
#include <string_view>

#include "geond/core/list_cursor.hpp"

namespace geond::api {
namespace {

constexpr std::string_view kTag = "u1-";

}  // namespace

std::string make_cursor(core::UserId id) {
  return core::encode_cursor(kTag, std::array{id.value});
}

core::Result<core::UserId> read_cursor(const std::optional<std::string>& text) {
  std::array<std::int64_t, 1> numbers{0};
  if (!text) return core::UserId{0};
  if (auto decoded = core::decode_cursor(*text, kTag, numbers); !decoded) return decoded.error();
  return core::UserId{numbers[0]};
}

int read_page_size(QueryReader& query) {
  constexpr int kDefault = 50;
  constexpr int kLargest = 200;
  return static_cast<int>(query.integer("limit", 1, kLargest).value_or(kDefault));
}

}  // namespace geond::api
