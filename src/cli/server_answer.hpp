// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/client.hpp"

namespace geond::cli {

/// An answer's status in words, as `status 502`; a redirection's, which is not followed, with where
/// it leads.
std::string told_status(const http::ClientResponse& response);

/// Unavailable `not_of_geond`: whatever answered, it is no geond, or not alone. `why`: a sentence.
core::Error not_of_geond(std::string_view why);

/// Whether the geond that answered `GET /readyz` is ready. Errors: unavailable `not_of_geond`,
/// since any program may answer with status 200.
core::Result<bool> readiness_in(const http::ClientResponse& response);

}  // namespace geond::cli
