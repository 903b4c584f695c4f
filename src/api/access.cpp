// SPDX-License-Identifier: MIT
#include "access.hpp"

#include <fmt/format.h>

#include <utility>

#include "geond/http/cookie.hpp"
#include "geond/http/problem.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head &&
         method != http::Method::options;
}

/// The digits behind the colon of `name:8080` or `[v6]:8080`; empty without.
std::string_view port_of(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view port = host.substr(colon + 1);
  const bool is_number = port.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? port : std::string_view{};
}

/// Whether an `Origin` is this server's: what comes over TLS cannot be of a page that did not.
bool is_own_origin(const http::Request& request, std::string_view origin) {
  const std::size_t end = origin.find("://");
  if (end == std::string_view::npos || request.host.empty()) return false;
  const std::string_view scheme = origin.substr(0, end);
  const bool is_plain = !request.is_secure && http::equals_ignoring_case(scheme, "http");
  // A proxy may have ended the TLS without telling.
  return (is_plain || http::equals_ignoring_case(scheme, "https")) &&
         http::equals_ignoring_case(origin.substr(end + 3), request.host);
}

}  // namespace

std::string cookie_name(const http::Request& request, std::string_view name) {
  const std::string_view port = port_of(request.host);
  return port.empty() ? std::string(name) : fmt::format("{}_{}", name, port);
}

std::optional<Cookie> cookie_of(const http::Request& request, std::string_view name) {
  const http::Pairs cookies = http::parse_cookies(request.headers);
  for (const std::string& known : {cookie_name(request, name), std::string(name)}) {
    if (const auto value = cookies.get(known)) return Cookie{known, std::string(*value)};
  }
  return std::nullopt;
}

Bearer bearer_of(const http::Request& request) {
  if (const auto header = request.headers.get("Authorization")) {
    std::string_view value = *header;
    const std::string_view scheme = value.substr(0, value.find(' '));
    if (!http::equals_ignoring_case(scheme, "Bearer")) return {Bearer::Source::other_scheme, ""};
    value.remove_prefix(scheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return {Bearer::Source::header, std::string(value)};
  }
  if (auto cookie = cookie_of(request, kAccessCookie)) {
    return {Bearer::Source::cookie, std::move(cookie->value)};
  }
  return {};
}

core::Result<void> check_origin(const http::Request& request) {
  const auto origin = request.headers.get("Origin");
  if (origin) {
    if (is_own_origin(request, *origin)) return core::ok();
  } else if (request.headers.get_or("Sec-Fetch-Site", "") == "same-origin") {
    return core::ok();
  }
  return Error(ErrorKind::forbidden, "origin_mismatch",
               "A request that the cookie authenticates, or that signs in or out, must come from "
               "this server's own page (Origin). Programs use an access token or an API key "
               "instead, and send no Origin.");
}

core::Result<void> check_no_foreign_page(const http::Request& request) {
  const bool is_page =
      request.headers.contains("Origin") || request.headers.contains("Sec-Fetch-Site");
  if (!is_page || !changes_something(request.method)) return core::ok();
  return check_origin(request);
}

http::Task<core::Result<auth::Principal>> authenticate(auth::AuthService& service,
                                                       const http::Request& request,
                                                       http::Context& context) {
  const Bearer bearer = bearer_of(request);
  if (bearer.source == Bearer::Source::none || bearer.source == Bearer::Source::other_scheme) {
    co_return Error(ErrorKind::unauthenticated, "not_authenticated", "Not authenticated");
  }
  if (bearer.source == Bearer::Source::cookie && changes_something(request.method)) {
    if (auto checked = check_origin(request); !checked) co_return checked.error();
  }
  if (auto known = service.authenticate_cached(bearer.text)) co_return *std::move(known);
  auto look = [&service, &bearer] { return service.authenticate(bearer.text); };
  co_return co_await context.run_blocking(look);
}

http::Task<bool> is_still_welcome(auth::AuthService& service, const auth::Principal& principal,
                                  http::Context& context) {
  auto ask = [&] { return service.check_alive(principal); };
  const auto alive = co_await context.run_blocking(ask);
  co_return alive || alive.error().kind() != core::ErrorKind::unauthenticated;
}

core::Result<void> check_role(Access access, const auth::Principal& caller) {
  if (access != Access::admin || caller.is_admin()) return core::ok();
  return Error(ErrorKind::forbidden, "forbidden", "Only an administrator may do that.");
}

http::Response refused_attempt(const Call& call, const core::Error& error, std::string_view name) {
  auto problem = http::make_problem(error, call.request);
  if (error.kind() == ErrorKind::too_many_requests) {
    const auto wait = call.services.auth.sign_in_retry_after(name, client_of(call.request));
    problem.headers.set("Retry-After", std::to_string(wait.count()));
  }
  return problem;
}

auth::ClientInfo client_of(const http::Request& request) {
  return {request.remote_address, std::string(request.headers.get_or("User-Agent", ""))};
}

}  // namespace geond::api
