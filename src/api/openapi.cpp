// SPDX-License-Identifier: MIT
#include "openapi.hpp"

#include <span>

#include "content_hash.hpp"
#include "geond/core/embedded.hpp"
#include "geond/http/etag.hpp"

namespace geond::embedded {
std::span<const core::EmbeddedFile> api_document();
}

namespace geond::api {
namespace {

http::StaticContent make_document() {
  const core::EmbeddedFile& file = embedded::api_document().front();
  http::StaticContent content;
  content.content = file.content;
  content.gzip = file.gzip;
  content.content_type = "application/json";
  content.etag = http::strong_etag(content_hash(file.content));
  return content;
}

}  // namespace

const http::StaticContent& openapi_document() {
  static const http::StaticContent content = make_document();
  return content;
}

}  // namespace geond::api
