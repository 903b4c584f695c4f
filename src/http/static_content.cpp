// SPDX-License-Identifier: MIT
#include "geond/http/static_content.hpp"

#include <array>

#include "geond/http/etag.hpp"
#include "geond/http/media_type.hpp"

namespace geond::http {
namespace {

/// The two forms are different bytes, so they may not share a strong tag.
std::string gzip_etag(std::string etag) {
  if (etag.size() >= 2 && etag.back() == '"') etag.insert(etag.size() - 1, "-gzip");
  return etag;
}

}  // namespace

Response serve_static(const Request& request, const StaticContent& content) {
  const bool gzipped =
      !content.gzip.empty() && accepts_gzip(request.headers.joined("Accept-Encoding"));
  const std::string etag = gzipped ? gzip_etag(content.etag) : content.etag;
  Response response;
  if (is_not_modified(request, etag)) {
    response = not_modified(etag);
  } else {
    response.headers.add("ETag", etag);
    response.headers.add("Content-Type", content.content_type);
    if (gzipped) response.headers.add("Content-Encoding", "gzip");
    StaticBody body;
    body.text = gzipped ? content.gzip : content.content;
    response.body = body;
  }
  response.headers.add("Cache-Control", content.cache_control);
  if (!content.gzip.empty()) response.headers.add("Vary", "Accept-Encoding");
  return response;
}

std::string_view content_type_of(std::string_view file_name) {
  struct Row {
    std::string_view extension;
    std::string_view type;
  };
  static constexpr std::array<Row, 14> kRows{{{".html", "text/html; charset=utf-8"},
                                              {".css", "text/css; charset=utf-8"},
                                              {".js", "text/javascript; charset=utf-8"},
                                              {".mjs", "text/javascript; charset=utf-8"},
                                              {".json", "application/json"},
                                              {".svg", "image/svg+xml"},
                                              {".png", "image/png"},
                                              {".jpg", "image/jpeg"},
                                              {".jpeg", "image/jpeg"},
                                              {".ico", "image/x-icon"},
                                              {".txt", "text/plain; charset=utf-8"},
                                              {".webmanifest", "application/manifest+json"},
                                              {".woff2", "font/woff2"},
                                              {".zip", "application/zip"}}};
  for (const Row& row : kRows) {
    if (file_name.ends_with(row.extension)) return row.type;
  }
  return "application/octet-stream";
}

}  // namespace geond::http
