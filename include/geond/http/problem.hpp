// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/core/error.hpp"
#include "geond/http/request.hpp"
#include "geond/http/response.hpp"

namespace geond::http {

/// The status of an error: that of its kind, except that the codes of the transport have their own
/// (`body_timeout` and `header_timeout` 408, `not_acceptable` 406, `method_not_allowed` 405,
/// `length_required` 411, `target_too_long` 414, `expectation_failed` 417, `headers_too_large` 431,
/// `method_not_implemented` 501, `version_not_supported` 505).
int status_of(const core::Error& error);

/// An RFC 9457 problem document for the error: `type` (`about:blank`), `title`, `status`, `detail`,
/// `code`, `request_id`, and `errors` if the error has fields. The detail of an internal error goes
/// to Response::log_detail and is replaced for the client. 401 gets `WWW-Authenticate: Bearer`,
/// 429 and 503 get `Retry-After: 1`; set another one with `Response::with`. Bytes that are not
/// UTF-8 are replaced.
Response make_problem(const core::Error& error, std::string_view request_id);
Response make_problem(const core::Error& error, const Request& request);

/// The same with a status of the caller's choice.
Response make_problem(int status, const core::Error& error, std::string_view request_id);

}  // namespace geond::http
