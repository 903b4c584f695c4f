// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/auth/principal.hpp"
#include "geond/core/result.hpp"
#include "geond/http/context.hpp"
#include "geond/http/request.hpp"
#include "geond/http/task.hpp"

namespace geond::api {

/// What the names of the page's cookies begin with. Both are HttpOnly and SameSite=Strict.
inline constexpr std::string_view kRefreshCookie = "geond_session";
inline constexpr std::string_view kAccessCookie = "geond_access";

/// The name that a cookie has for a request: with the port behind it where the address has one
/// (`geond_access_8080`), since browsers give a cookie to every port of a host (RFC 6265, 8.5) and
/// two servers would overwrite each other's.
std::string cookie_name(const http::Request& request, std::string_view name);

struct Cookie {
  std::string name;
  std::string value;
};

/// A request's cookie of `cookie_name`, or else of the bare `name`, which sessions have that were
/// begun by a version without ports in the names. Nothing if there is neither.
std::optional<Cookie> cookie_of(const http::Request& request, std::string_view name);

/// The credential of a request.
struct Bearer {
  enum class Source { none, header, other_scheme, cookie };
  Source source = Source::none;
  std::string text;
};

/// From the Authorization header, or else from the page's cookie. A header of another scheme than
/// `Bearer` authenticates nobody: it never falls back to the cookie.
Bearer bearer_of(const http::Request& request);

/// A cookie is sent by the browser whoever wrote the page, so requests that change something must
/// show that they come from this server's own: by `Origin`, or by `Sec-Fetch-Site`. Errors:
/// forbidden `origin_mismatch`.
core::Result<void> check_origin(const http::Request& request);

/// For routes that need no credential: a page of anybody's could have its visitor's browser guess
/// passwords from the visitor's address, or sign the visitor out. Programs say nothing of pages.
/// Errors: forbidden `origin_mismatch`.
core::Result<void> check_no_foreign_page(const http::Request& request);

/// Who makes the request. Errors: unauthenticated `not_authenticated` (nobody, or by another scheme
/// than `Bearer`), those of AuthService::authenticate, forbidden `origin_mismatch`.
http::Task<core::Result<auth::Principal>> authenticate(auth::AuthService& service,
                                                       const http::Request& request,
                                                       http::Context& context);

/// Whether who was let in a while ago still may, whatever became of the access token: for answers
/// that take long. A database that cannot be asked changes nothing.
http::Task<bool> is_still_welcome(auth::AuthService& service, const auth::Principal& principal,
                                  http::Context& context);

/// Whether somebody who is known may call a route. Errors: forbidden `forbidden`.
core::Result<void> check_role(Access access, const auth::Principal& caller);

/// The answer to an attempt that AuthService has refused: of too many it says when to come back, to
/// the account `name` if the attempt named one.
http::Response refused_attempt(const Call& call, const core::Error& error,
                               std::string_view name = {});

/// Where the request comes from, for rate limits and the list of sessions.
auth::ClientInfo client_of(const http::Request& request);

}  // namespace geond::api
