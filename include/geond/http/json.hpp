// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/request.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

/// The deepest nesting that parse_json() takes.
inline constexpr int kMaxJsonDepth = 64;

/// The largest JSON body that read_json() takes unless told otherwise, in bytes.
inline constexpr std::uint64_t kMaxJsonBytes = 1024 * 1024;

/// Strict JSON (RFC 8259): UTF-8, no comments, nothing behind the value, no name twice in one
/// object. Errors: bad_request `invalid_json` (says where), bad_request `json_too_deep`.
core::Result<nlohmann::json> parse_json(std::string_view text);

/// Reads a request's body as JSON. The content type must be `application/json` (or end in `+json`).
/// Errors: unsupported_media `unsupported_content_type`, too_large `body_too_large` (over
/// `max_bytes`), those of parse_json() and of BodyReader::read().
Task<core::Result<nlohmann::json>> read_json(Request& request,
                                             std::uint64_t max_bytes = kMaxJsonBytes);

/// Serialises without ever throwing: bytes that are not UTF-8 become U+FFFD.
std::string dump_json(const nlohmann::json& value);

}  // namespace geond::http
