// SPDX-License-Identifier: MIT
#include "geond/http/cookie.hpp"

#include <algorithm>
#include <stdexcept>

#include "tokens.hpp"

namespace geond::http {
namespace {

bool is_cookie_octet(char c) {
  return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
}

bool is_cookie_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_cookie_octet);
}

std::string_view same_site_name(SameSite same_site) {
  switch (same_site) {
    case SameSite::strict:
      return "Strict";
    case SameSite::lax:
      return "Lax";
    case SameSite::none:
      break;
  }
  return "None";
}

}  // namespace

Pairs parse_cookies(const Headers& headers) {
  Pairs cookies;
  for (std::string_view line : headers.all("Cookie")) {
    while (!line.empty()) {
      const std::size_t end = std::min(line.find(';'), line.size());
      const std::string_view pair = tokens::trim(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = tokens::trim(pair.substr(0, equals));
      std::string_view value = tokens::trim(pair.substr(equals + 1));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      if (!tokens::is_token(name) || !is_cookie_value(value)) continue;
      cookies.add(std::string(name), std::string(value));
    }
  }
  return cookies;
}

std::string format_set_cookie(const SetCookie& cookie) {
  const bool path_is_fine = cookie.path.starts_with('/') && is_cookie_value(cookie.path);
  if (!tokens::is_token(cookie.name) || !is_cookie_value(cookie.value) || !path_is_fine) {
    throw std::logic_error("The cookie " + cookie.name + " holds a character that it cannot.");
  }
  std::string text = cookie.name + '=' + cookie.value + "; Path=" + cookie.path;
  if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
  if (cookie.script == CookieScript::hidden) text += "; HttpOnly";
  if (cookie.transport == CookieTransport::secure_only) text += "; Secure";
  text += "; SameSite=";
  text += same_site_name(cookie.same_site);
  return text;
}

}  // namespace geond::http
