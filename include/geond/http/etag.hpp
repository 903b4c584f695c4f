// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/http/request.hpp"
#include "geond/http/response.hpp"

namespace geond::http {

/// `"text"`; `text` is hexadecimal or the like (no quotes, no control characters).
std::string strong_etag(std::string_view text);

/// Whether an If-None-Match value (RFC 9110, 13.1.2; weak comparison) names `etag` or is `*`.
bool matches_weakly(std::string_view list, std::string_view etag);

/// Whether a GET or HEAD can be answered with 304.
bool is_not_modified(const Request& request, std::string_view etag);

/// 304 with the ETag.
Response not_modified(std::string_view etag);

}  // namespace geond::http
