// SPDX-License-Identifier: MIT
#include "geond/http/body_reader.hpp"

#include <algorithm>

namespace geond::http {

Task<core::Result<std::string>> read_text(BodyReader& body) {
  std::string text;
  // A declared length is a claim: reserve no more than is likely to come.
  text.reserve(static_cast<std::size_t>(
      std::min<std::uint64_t>({body.content_length().value_or(0), body.limit(), 64 * 1024})));
  while (true) {
    const core::Result<std::span<const std::byte>> piece = co_await body.read();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    text.append(reinterpret_cast<const char*>(piece->data()), piece->size());
  }
  co_return text;
}

}  // namespace geond::http
