// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace geond::http {

/// The trace id of a `traceparent` header (W3C Trace Context, 3.2): 32 lower-case hexadecimal
/// digits, not all zero. Empty if the header is not what the standard says; a version after 00 may
/// have more fields at its end.
std::string_view trace_id_of(std::string_view traceparent);

}  // namespace geond::http
