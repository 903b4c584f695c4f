// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "geond/core/utf8.hpp"
#include "geond/http/request.hpp"
#include "tokens.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;

Error bad_encoding(std::string_view where) {
  return Error(ErrorKind::bad_request, "bad_encoding",
               std::string(where) +
                   " must be percent-encoded UTF-8: % followed by two hexadecimal digits, no NUL.");
}

bool decode(std::string_view text, tokens::Plus plus, std::string& out) {
  return tokens::percent_decode(text, plus, out) && out.find('\0') == std::string::npos &&
         core::is_utf8(out);
}

/// What browsers send in a query as it is, although RFC 3986 wants it encoded (the query
/// percent-encode set of the WHATWG URL standard leaves it alone): encoded. The path stays as it
/// is.
std::string with_strict_query(std::string_view text) {
  constexpr std::string_view kLoose = R"([]{}|\^`)";
  const std::size_t query = std::min(text.find('?'), text.size());
  std::string strict(text.substr(0, query));
  for (const char c : text.substr(query)) {
    if (kLoose.find(c) == std::string_view::npos) {
      strict += c;
    } else {
      strict += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return strict;
}

}  // namespace

core::Result<Pairs> parse_pairs(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view element = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (element.empty()) continue;
    const std::size_t equals = std::min(element.find('='), element.size());
    std::string name;
    std::string value;
    if (!decode(element.substr(0, equals), tokens::Plus::space, name) ||
        !decode(element.substr(std::min(equals + 1, element.size())), tokens::Plus::space, value)) {
      return bad_encoding("Names and values of a query or form");
    }
    pairs.add(std::move(name), std::move(value));
  }
  return pairs;
}

core::Result<Target> parse_target(std::string_view text) {
  const std::string strict = with_strict_query(text);
  const auto url = boost::urls::parse_origin_form(strict);
  if (!url) {
    // Which of the two it is: a text whose percent signs are no encoding, or a wrong character.
    std::string ignored;
    if (text.starts_with('/') && !tokens::percent_decode(text, tokens::Plus::literal, ignored)) {
      return bad_encoding("The request target");
    }
    return Error(ErrorKind::bad_request, "bad_target",
                 "The request target must be a path that begins with / (or the whole address, with "
                 "http:// or https:// and a host before it) and, after a ?, a query; "
                 "other characters must be percent-encoded.");
  }
  Target target;
  target.path = std::string(url->encoded_path());
  target.query_text = std::string(url->encoded_query());
  // Boost's own segments leave out a dot at the beginning: `/./metrics` would be `/metrics`, which
  // a proxy in front may have been told to keep to itself.
  for (std::size_t begin = 1; begin <= target.path.size();) {
    const std::size_t end = std::min(target.path.find('/', begin), target.path.size());
    const std::string_view encoded = std::string_view(target.path).substr(begin, end - begin);
    std::string segment;
    if (!decode(encoded, tokens::Plus::literal, segment)) return bad_encoding("The path");
    target.segments.push_back(std::move(segment));
    begin = end + 1;
  }
  auto query = parse_pairs(target.query_text);
  if (!query) return query.error();
  target.query = std::move(*query);
  return target;
}

}  // namespace geond::http
