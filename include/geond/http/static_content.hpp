// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/http/request.hpp"
#include "geond/http/response.hpp"

namespace geond::http {

/// Content that is in the program; views must live as long as the server.
struct StaticContent {
  std::string_view content;
  std::string_view gzip;  ///< The same gzipped; empty if there is none.
  std::string_view content_type;
  std::string etag;                             ///< strong_etag() of the plain content.
  std::string_view cache_control = "no-cache";  ///< Value of Cache-Control.
};

/// 200 (gzipped if the client takes that) or 304; with ETag, Vary and Cache-Control.
/// The gzipped form has an ETag of its own.
Response serve_static(const Request& request, const StaticContent& content);

/// Content type by a file name's extension; `application/octet-stream` if unknown.
std::string_view content_type_of(std::string_view file_name);

}  // namespace geond::http
