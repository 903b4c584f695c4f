// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/request.hpp"
#include "geond/http/server.hpp"

namespace geond::http {

/// Looks for the end of a request's head while its bytes come in. Refuses at once what no head may
/// hold: bare CR or LF, other control characters, folded lines. Beast lets some of these pass, and
/// whoever stands before us may read them another way.
class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(limits) {}

  /// `bytes` is everything received of the head so far. The head's length with its empty line, or
  /// nothing if more is needed. Errors: bad_request `malformed_head`, bad_request
  /// `headers_too_large` (431), bad_request `target_too_long` (414).
  core::Result<std::optional<std::size_t>> scan(std::string_view bytes);

 private:
  core::Result<void> check_size(std::size_t size) const;

  Limits limits_;
  std::size_t at_ = 0;          // What lies before has been looked at.
  std::size_t line_begin_ = 0;  // Of the line that at_ stands in.
  bool has_request_line_ = false;
};

enum class BodyFraming { none, length, chunked };

/// What the head of a request says.
struct RequestHead {
  Method method = Method::get;
  std::string method_text;
  int minor_version = 1;  ///< HTTP/1.x
  /// Without scheme and authority; `OPTIONS *` has the path `*` and no segments.
  Target target;
  /// Whom the client means: the target's authority if it has one, else the Host header (RFC 9112,
  /// 3.2.2); empty if there is neither (HTTP/1.0).
  std::string host;
  Headers headers;
  BodyFraming framing = BodyFraming::none;
  std::uint64_t content_length = 0;  ///< Of BodyFraming::length.
  bool keep_alive = true;
  bool expects_continue = false;
};

/// Parses and judges a whole head. There is one way only to read what passes here:
/// exactly one Host; no Transfer-Encoding, or exactly one that is `chunked` with HTTP/1.1 and no
/// Content-Length; at most one Content-Length, of digits; a target that begins with `/`, or with
/// `http://` or `https://` and an authority without user information, or `*` of OPTIONS.
///
/// Errors: bad_request `malformed_head`, `bad_host`, `bad_framing`, `bad_target`, `bad_encoding`,
/// `duplicate_header`, `target_too_long` (414), `headers_too_large` (431), `expectation_failed`
/// (417), `method_not_implemented` (501), `version_not_supported` (505). After any of them the
/// connection has to be closed.
core::Result<RequestHead> parse_head(std::string_view head, const Limits& limits);

}  // namespace geond::http
