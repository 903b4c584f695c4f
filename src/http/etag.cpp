// SPDX-License-Identifier: MIT
#include "geond/http/etag.hpp"

#include "tokens.hpp"

namespace geond::http {
namespace {

std::string_view opaque(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

/// Calls `matches` for each entity tag of the list; commas inside the quotes do not separate.
template <class Predicate>
bool any_tag(std::string_view list, Predicate matches) {
  if (tokens::trim(list) == "*") return true;
  while (!list.empty()) {
    const std::size_t open = list.find('"');
    if (open == std::string_view::npos) return false;
    const std::size_t close = list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    const bool is_weak = open >= 2 && list.substr(open - 2, 2) == "W/";
    const std::size_t begin = is_weak ? open - 2 : open;
    if (matches(list.substr(begin, close + 1 - begin))) return true;
    list.remove_prefix(close + 1);
  }
  return false;
}

}  // namespace

std::string strong_etag(std::string_view text) {
  return '"' + std::string(text) + '"';
}

std::string weak_etag(std::string_view text) {
  return "W/" + strong_etag(text);
}

bool matches_weakly(std::string_view list, std::string_view etag) {
  return any_tag(list, [etag](std::string_view tag) { return opaque(tag) == opaque(etag); });
}

bool matches_strongly(std::string_view list, std::string_view etag) {
  return any_tag(list,
                 [etag](std::string_view tag) { return tag == etag && !tag.starts_with("W/"); });
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
