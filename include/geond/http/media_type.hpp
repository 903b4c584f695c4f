// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/request.hpp"

namespace geond::http {

/// A Content-Type (RFC 9110, 8.3.1).
struct MediaType {
  std::string type;  ///< `application/json`, lower-case, without parameters.
  Pairs parameters;  ///< Names lower-case, values unquoted.
};

/// Errors: bad_request `bad_content_type`.
core::Result<MediaType> parse_media_type(std::string_view text);

/// The one of `offered` (media types in order of preference) that an Accept header (RFC 9110,
/// 12.5.1) likes best, or nothing: answer 406 then, or the first if you would rather. An absent or
/// unreadable header accepts everything.
std::optional<std::string_view> negotiate_media_type(std::string_view accept,
                                                     std::span<const std::string_view> offered);

/// negotiate_media_type() for a request. Errors: `not_acceptable` (406 in a problem document),
/// which lists what is offered.
core::Result<std::string_view> negotiate(const Request& request,
                                         std::span<const std::string_view> offered);

/// Whether an Accept-Encoding header (RFC 9110, 12.5.3) lets a response be gzipped.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace geond::http
