// SPDX-License-Identifier: MIT
#pragma once

#include "geond/http/static_content.hpp"

namespace geond::api {

/// The API's own description (openapi.json), embedded in the program.
const http::StaticContent& openapi_document();

}  // namespace geond::api
