// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace geond::imaging {

using Bytes = std::span<const std::byte>;

inline std::uint8_t byte_at(Bytes bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

/// Big-endian; `index + 1` must lie inside.
inline std::uint16_t u16_at(Bytes bytes, std::size_t index) {
  return static_cast<std::uint16_t>(byte_at(bytes, index) << 8 | byte_at(bytes, index + 1));
}

/// Big-endian; `index + 3` must lie inside.
inline std::uint32_t u32_at(Bytes bytes, std::size_t index) {
  return std::uint32_t{u16_at(bytes, index)} << 16 | u16_at(bytes, index + 2);
}

/// Whether `text` stands at `index`; false where the bytes end before it does.
inline bool text_at(Bytes bytes, std::size_t index, std::string_view text) {
  return index <= bytes.size() && bytes.size() - index >= text.size() &&
         std::memcmp(bytes.data() + index, text.data(), text.size()) == 0;
}

}  // namespace geond::imaging
