// SPDX-License-Identifier: MIT
#include "geond/http/media_type.hpp"

#include <algorithm>

#include "tokens.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;

/// A quality value (RFC 9110, 12.4.2) in thousandths; nothing if it is malformed.
std::optional<int> parse_quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  int weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (!tokens::is_digit(c)) return std::nullopt;
    thousandths += (c - '0') * weight;
    weight /= 10;
  }
  return std::min(thousandths, 1000);
}

/// One element of Accept or Accept-Encoding: its value without parameters and its quality.
struct Choice {
  std::string value;
  int quality = 1000;
};

std::optional<Choice> parse_choice(std::string_view element) {
  const auto parts = tokens::split(element, ';');
  if (parts.empty()) return std::nullopt;
  Choice choice{tokens::lowered(parts[0]), 1000};
  for (std::size_t at = 1; at < parts.size(); ++at) {
    const tokens::Parameter parameter = tokens::parse_parameter(parts[at]);
    if (parameter.name != "q") continue;
    const auto quality = parse_quality(parameter.value);
    if (!quality) return std::nullopt;
    choice.quality = *quality;
  }
  return choice;
}

/// How exactly a media range names the type: 3 exactly, 2 by `type/*`, 1 by `*/*`, 0 not at all.
int specificity(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range == "*/*") return 1;
  if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return 2;
  return 0;
}

/// The quality the most specific range gives the type; -1 if no range names it.
int quality_of(std::string_view offered, const std::vector<Choice>& ranges) {
  const std::string type =
      tokens::lowered(tokens::trim(offered.substr(0, std::min(offered.find(';'), offered.size()))));
  int best = 0;
  int quality = -1;
  for (const Choice& range : ranges) {
    const int exactness = specificity(range.value, type);
    if (exactness > best) {
      best = exactness;
      quality = range.quality;
    }
  }
  return quality;
}

}  // namespace

core::Result<MediaType> parse_media_type(std::string_view text) {
  const auto bad = [] {
    return Error(ErrorKind::bad_request, "bad_content_type",
                 "The content type must look like type/subtype; name=value.");
  };
  const auto parts = tokens::split(text, ';');
  if (parts.empty()) return bad();
  const std::size_t slash = parts[0].find('/');
  if (slash == std::string_view::npos || !tokens::is_token(parts[0].substr(0, slash)) ||
      !tokens::is_token(parts[0].substr(slash + 1))) {
    return bad();
  }
  MediaType media;
  media.type = tokens::lowered(parts[0]);
  for (std::size_t at = 1; at < parts.size(); ++at) {
    tokens::Parameter parameter = tokens::parse_parameter(parts[at]);
    if (!tokens::is_token(parameter.name)) return bad();
    media.parameters.add(std::move(parameter.name), std::move(parameter.value));
  }
  return media;
}

std::optional<std::string_view> negotiate_media_type(std::string_view accept,
                                                     std::span<const std::string_view> offered) {
  if (offered.empty()) return std::nullopt;
  std::vector<Choice> ranges;
  for (const std::string_view element : tokens::split(accept, ',')) {
    auto choice = parse_choice(element);
    if (choice && choice->value.find('/') != std::string::npos) ranges.push_back(*choice);
  }
  if (ranges.empty()) return offered.front();
  std::optional<std::string_view> best;
  int best_quality = 0;
  for (const std::string_view type : offered) {
    const int quality = quality_of(type, ranges);
    if (quality > best_quality) {
      best = type;
      best_quality = quality;
    }
  }
  return best;
}

core::Result<std::string_view> negotiate(const Request& request,
                                         std::span<const std::string_view> offered) {
  const auto chosen = negotiate_media_type(request.headers.joined("Accept"), offered);
  if (chosen) return *chosen;
  std::string list;
  for (const std::string_view type : offered) {
    if (!list.empty()) list += ", ";
    list += type;
  }
  return Error(ErrorKind::bad_request, "not_acceptable",
               "None of what the Accept header asks for is offered here; offered: " + list + ".");
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<int> gzip;
  std::optional<int> any;
  for (const std::string_view element : tokens::split(accept_encoding, ',')) {
    const auto choice = parse_choice(element);
    if (!choice) continue;
    if (choice->value == "gzip" || choice->value == "x-gzip") gzip = choice->quality;
    if (choice->value == "*") any = choice->quality;
  }
  return gzip.value_or(any.value_or(0)) > 0;
}

}  // namespace geond::http
