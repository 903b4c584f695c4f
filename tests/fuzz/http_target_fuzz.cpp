// SPDX-License-Identifier: MIT
// Targets, queries and the values of header fields.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "addresses.hpp"
#include "geond/core/utf8.hpp"
#include "geond/http/cookie.hpp"
#include "geond/http/etag.hpp"
#include "geond/http/media_type.hpp"
#include "geond/http/prefer.hpp"
#include "geond/http/request.hpp"
#include "tokens.hpp"

using namespace geond::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = parse_target(text);
  if (target) {
    for (const std::string& segment : target->segments) {
      if (!geond::core::is_utf8(segment)) std::abort();
    }
  }
  static_cast<void>(parse_pairs(text));
  static_cast<void>(parse_media_type(text));
  static_cast<void>(accepts_gzip(text));
  constexpr std::array<std::string_view, 2> kOffered{"application/json", "text/html"};
  static_cast<void>(negotiate_media_type(text, kOffered));
  static_cast<void>(matches_weakly(text, "\"a\""));
  if (!geond::core::is_utf8(tokens::printable_utf8(text))) std::abort();
  Headers headers;
  for (const char* name : {"Cookie", "Prefer", "X-Forwarded-For", "X-Forwarded-Proto"}) {
    headers.add(name, text);
  }
  static_cast<void>(parse_cookies(headers));
  static_cast<void>(parse_preferences(headers));
  static_cast<void>(
      resolve_client(*parse_ip("127.0.0.1"), false, headers, {*parse_network("127.0.0.0/8")}));
  return 0;
}
