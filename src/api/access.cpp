// SPDX-License-Identifier: MIT
#include "access.hpp"

#include "geond/http/cookie.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;

bool changes_something(http::Method method) {
  return method != http::Method::get && method != http::Method::head &&
         method != http::Method::options;
}

}  // namespace

Bearer bearer_of(const http::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  if (const auto header = request.headers.get("Authorization")) {
    std::string_view value = *header;
    if (value.size() < kScheme.size() ||
        !http::equals_ignoring_case(value.substr(0, kScheme.size()), kScheme)) {
      return {Bearer::Source::header, ""};
    }
    value.remove_prefix(kScheme.size());
    while (value.starts_with(' ')) value.remove_prefix(1);
    return {Bearer::Source::header, std::string(value)};
  }
  const http::Pairs cookies = http::parse_cookies(request.headers);
  if (const auto cookie = cookies.get(kAccessCookie)) {
    return {Bearer::Source::cookie, std::string(*cookie)};
  }
  return {};
}

core::Result<void> check_origin(const http::Request& request) {
  const auto origin = request.headers.get("Origin");
  if (origin) {
    const std::size_t scheme = origin->find("://");
    if (scheme != std::string_view::npos && !request.host.empty() &&
        http::equals_ignoring_case(origin->substr(scheme + 3), request.host)) {
      return core::ok();
    }
  } else if (request.headers.get_or("Sec-Fetch-Site", "") == "same-origin") {
    return core::ok();
  }
  return Error(ErrorKind::forbidden, "origin_mismatch",
               "A request that is authenticated by the cookie must come from this server's own "
               "page (Origin). Programs use an access token or an API key instead.");
}

http::Task<core::Result<auth::Principal>> authenticate(auth::AuthService& service,
                                                       const http::Request& request,
                                                       http::Context& context) {
  const Bearer bearer = bearer_of(request);
  if (bearer.source == Bearer::Source::none) {
    co_return Error(ErrorKind::unauthenticated, "not_authenticated", "Not authenticated");
  }
  if (bearer.source == Bearer::Source::cookie && changes_something(request.method)) {
    if (auto checked = check_origin(request); !checked) co_return checked.error();
  }
  if (auto known = service.authenticate_cached(bearer.text)) co_return *std::move(known);
  auto look = [&service, &bearer] { return service.authenticate(bearer.text); };
  co_return co_await context.run_blocking(look);
}

auth::ClientInfo client_of(const http::Request& request) {
  return {request.remote_address, std::string(request.headers.get_or("User-Agent", ""))};
}

}  // namespace geond::api
