// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <array>
#include <cstdint>

#include "geond/core/list_cursor.hpp"

namespace geond::tasks {
namespace {

/// With a number, so that a later form of cursors is told from this one.
constexpr std::string_view kTag = "c1-";

}  // namespace

std::string encode(const Cursor& cursor) {
  const std::array<std::int64_t, 2> numbers{cursor.created_at.time_since_epoch().count(),
                                            cursor.id.value};
  return core::encode_cursor(kTag, numbers);
}

core::Result<Cursor> decode_cursor(std::string_view text) {
  std::array<std::int64_t, 2> numbers{};
  if (auto decoded = core::decode_cursor(text, kTag, numbers); !decoded) return decoded.error();
  return Cursor{core::Timestamp(std::chrono::microseconds(numbers[0])), core::TaskId{numbers[1]}};
}

}  // namespace geond::tasks
