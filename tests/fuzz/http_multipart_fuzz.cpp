// SPDX-License-Identifier: MIT
// Multipart forms: the same parts, however the bytes arrive. The input's first line is the end of
// the content type, the rest the body.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "geond/http/multipart.hpp"
#include "unit/http/memory_body.hpp"

using namespace geond::http;

namespace {

/// What a form held, or how far it could be read and which error came then.
Task<std::string> summarise(MultipartReader& reader) {
  std::string summary;
  while (true) {
    const auto part = co_await reader.next_part();
    if (!part) co_return summary + "!" + part.error().code();
    if (!*part) co_return summary;
    const auto text = co_await reader.read_text(4096);
    if (!text) co_return summary + "!" + text.error().code();
    summary += (*part)->name + '\n' + (*part)->file_name.value_or("") + '\n' + *text + '\n';
  }
}

std::string parse(std::string_view type, std::string_view text, std::size_t piece) {
  testing::MemoryBody body{std::string(text), piece};
  auto reader = MultipartReader::open(body, type);
  if (!reader) return reader.error().code();
  return summarise(*reader).run_inline();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(bytes.find('\n'), bytes.size());
  const std::string type = "multipart/form-data; boundary" + std::string(bytes.substr(0, line));
  const std::string_view text = bytes.substr(std::min(line + 1, bytes.size()));
  const std::string whole = parse(type, text, size + 1);
  // Too large a head is noticed by what has come: errors may differ there, parts may not.
  const std::string slow = parse(type, text, 3);
  if (whole.find('!') == std::string::npos && slow != whole) std::abort();
  return 0;
}
