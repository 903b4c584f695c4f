// SPDX-License-Identifier: MIT
#include "geond/http/etag.hpp"

#include "tokens.hpp"

namespace geond::http {
namespace {

std::string_view opaque(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

}  // namespace

std::string strong_etag(std::string_view text) {
  return '"' + std::string(text) + '"';
}

bool matches_weakly(std::string_view list, std::string_view etag) {
  if (tokens::trim(list) == "*") return true;
  // Commas inside the quotes do not separate.
  while (!list.empty()) {
    const std::size_t open = list.find('"');
    if (open == std::string_view::npos) return false;
    const std::size_t close = list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (list.substr(open, close + 1 - open) == opaque(etag)) return true;
    list.remove_prefix(close + 1);
  }
  return false;
}

bool is_not_modified(const Request& request, std::string_view etag) {
  if (request.method != Method::get && request.method != Method::head) return false;
  return request.headers.contains("If-None-Match") &&
         matches_weakly(request.headers.joined("If-None-Match"), etag);
}

Response not_modified(std::string_view etag) {
  return Response::empty(304).with("ETag", etag);
}

}  // namespace geond::http
