// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "geond/http/request.hpp"

namespace geond::http {

/// The cookies of a request (RFC 6265, 5.4); what is malformed is skipped. A name may occur twice.
Pairs parse_cookies(const Headers& headers);

enum class SameSite { strict, lax, none };
enum class CookieScript { hidden, visible };      ///< HttpOnly or not.
enum class CookieTransport { any, secure_only };  ///< Secure or not.

/// What goes into a Set-Cookie header.
struct SetCookie {
  std::string name;   ///< A token (RFC 9110).
  std::string value;  ///< Cookie octets (RFC 6265, 4.1.1): no spaces, quotes, commas, `;`, `\`.
  std::string path = "/";
  std::optional<std::chrono::seconds> max_age;  ///< Not set: until the browser closes. 0: delete.
  SameSite same_site = SameSite::strict;
  CookieScript script = CookieScript::hidden;
  CookieTransport transport = CookieTransport::secure_only;
};

/// The value of a Set-Cookie header. Throws std::logic_error if name, value or path hold a
/// character that they cannot.
std::string format_set_cookie(const SetCookie& cookie);

}  // namespace geond::http
