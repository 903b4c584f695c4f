// SPDX-License-Identifier: MIT
// A request's head: it is refused, or there is one way only to read it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "head_parser.hpp"

using namespace geond::http;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const RequestHead& head) {
  const bool has_coding = head.headers.contains("Transfer-Encoding");
  const bool has_length = head.headers.contains("Content-Length");
  require(!(has_coding && has_length));
  require((head.framing == BodyFraming::chunked) == has_coding);
  require(head.framing != BodyFraming::length || has_length);
  require(head.minor_version == 0 || head.headers.all("Host").size() == 1);
  const bool is_asterisk = head.method == Method::options && head.target.path == "*";
  require(is_asterisk || (head.target.path.starts_with('/') && !head.target.segments.empty()));
  require(!head.host.empty() || head.minor_version == 0);
  require(head.host.find_first_of("/?#@ ") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits;
  HeadScanner whole(limits);
  const auto length = whole.scan(bytes);

  // However the bytes arrive, the head ends in the same place.
  HeadScanner slow(limits);
  std::size_t given = 0;
  auto piecewise = slow.scan(bytes.substr(0, 0));
  while (piecewise && !*piecewise && given < bytes.size()) {
    given = given + 1;
    piecewise = slow.scan(bytes.substr(0, given));
  }
  if (length && *length) {
    require(piecewise && *piecewise && **piecewise == **length);
    const auto head = parse_head(bytes.substr(0, **length), limits);
    if (head) check(*head);
  }
  return 0;
}
