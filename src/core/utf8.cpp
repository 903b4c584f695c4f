// SPDX-License-Identifier: MIT
#include "geond/core/utf8.hpp"

#include <fmt/format.h>

#include <optional>

namespace geond::core {
namespace {

/// Which control character a text begins with, if its first `length` bytes are one.
std::optional<unsigned> control_character(std::string_view text, std::size_t length) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (length == 1 && (lead < 0x20 || lead == 0x7F)) return lead;
  // C1 is C2 80 to C2 9F.
  if (length != 2 || lead != 0xC2) return std::nullopt;
  const auto code = static_cast<unsigned char>(text[1]);
  return code < 0xA0 ? std::optional<unsigned>(code) : std::nullopt;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return 0;
  }
  // Overlong forms, surrogates, and what lies beyond U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

std::string printable(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string out;
  for (std::size_t length = 0; !text.empty(); text.remove_prefix(length)) {
    const std::size_t valid = utf8_length(text);
    length = std::max<std::size_t>(valid, 1);
    if (const auto control = control_character(text, valid)) {
      out += fmt::format("\\u{:04x}", *control);
    } else {
      out += valid == 0 ? kReplacement : text.substr(0, valid);
    }
  }
  return out;
}

}  // namespace geond::core
