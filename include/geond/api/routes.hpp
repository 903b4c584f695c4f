// SPDX-License-Identifier: MIT
#pragma once

#include "geond/api/services.hpp"
#include "geond/http/router.hpp"

namespace geond::api {

/// Adds every route of the API: v1, the classic one, health, metrics and `/openapi.json`.
/// `services` must outlive the router.
void register_routes(http::Router& router, const Services& services);

}  // namespace geond::api
