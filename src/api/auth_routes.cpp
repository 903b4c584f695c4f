// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "access.hpp"
#include "call.hpp"
#include "geond/http/cookie.hpp"
#include "geond/http/json.hpp"
#include "geond/http/problem.hpp"
#include "input_reader.hpp"
#include "json_accounts.hpp"
#include "run_hashing.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

/// The refresh cookie goes to these routes only.
std::string auth_path(const http::Request& request) {
  return request.base_path + "/api/v1/auth";
}

std::string page_path(const http::Request& request) {
  return request.base_path.empty() ? "/" : request.base_path;
}

/// `name`: whole, as the browser knows it.
void set_cookie(http::Response& response, const http::Request& request, std::string name,
                std::string path, std::string value, std::chrono::seconds age) {
  http::SetCookie cookie;
  cookie.name = std::move(name);
  cookie.value = std::move(value);
  cookie.path = std::move(path);
  cookie.max_age = age;
  // A plaintext server on loopback has no other way; over TLS the browser keeps it to TLS.
  cookie.transport =
      request.is_secure ? http::CookieTransport::secure_only : http::CookieTransport::any;
  response.headers.add("Set-Cookie", http::format_set_cookie(cookie));
}

http::Response sign_in_response(const Call& call, const auth::SignIn& sign_in) {
  const core::Timestamp now = call.services.clock.now();
  auto response = http::Response::json(http::dump_json(to_json(sign_in, now)));
  response.headers.set("Cache-Control", "no-store");
  if (sign_in.session.kind == auth::SessionKind::cookie) {
    const auto age = [&](core::Timestamp until) {
      return std::chrono::ceil<std::chrono::seconds>(until - now);
    };
    set_cookie(response, call.request, cookie_name(call.request, kRefreshCookie),
               auth_path(call.request), sign_in.refresh_token, age(sign_in.refresh_expires_at));
    set_cookie(response, call.request, cookie_name(call.request, kAccessCookie),
               page_path(call.request), sign_in.access_token, age(sign_in.access_expires_at));
  }
  return response;
}

void clear_cookies(http::Response& response, const http::Request& request, std::string refresh,
                   std::string access) {
  using std::chrono::seconds;
  set_cookie(response, request, std::move(refresh), auth_path(request), "", seconds(0));
  set_cookie(response, request, std::move(access), page_path(request), "", seconds(0));
}

void clear_cookies(http::Response& response, const http::Request& request) {
  clear_cookies(response, request, cookie_name(request, kRefreshCookie),
                cookie_name(request, kAccessCookie));
}

http::Response answer_attempt(const Call& call, const core::Result<auth::SignIn>& attempt,
                              std::string_view name = {}) {
  return attempt ? sign_in_response(call, *attempt) : refused_attempt(call, attempt.error(), name);
}

auth::SessionKind kind_for(std::optional<bool> cookie) {
  return cookie.value_or(false) ? auth::SessionKind::cookie : auth::SessionKind::token;
}

http::Task<Answer> login(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const std::string name = reader.text("username", 1, 64, Need::required);
  const std::string password = reader.text("password", 1, 256, Need::required);
  const auto cookie = reader.boolean("cookie");
  if (auto read = reader.finish(); !read) co_return read.error();

  const auth::SessionKind kind = kind_for(cookie);
  const auth::ClientInfo client = client_of(call.request);
  auth::AuthService& service = call.services.auth;
  auto sign_in = [&] { return service.sign_in(name, password, kind, client); };
  const auto signed_in = co_await run_hashing(call, sign_in);
  co_return answer_attempt(call, signed_in, name);
}

http::Task<Answer> link(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const std::string token = reader.text("token", 1, 200, Need::required);
  const auto cookie = reader.boolean("cookie");
  if (auto read = reader.finish(); !read) co_return read.error();

  const auth::SessionKind kind = kind_for(cookie);
  const auth::ClientInfo client = client_of(call.request);
  auth::AuthService& service = call.services.auth;
  auto sign_in = [&] { return service.sign_in_by_link(token, kind, client); };
  const auto signed_in = co_await call.context.run_blocking(sign_in);
  co_return answer_attempt(call, signed_in);
}

/// The refresh token of a request: in its body, or else in its cookie. Empty if there is none.
struct ShownToken {
  std::string text;
  std::string cookie;  ///< The name of the cookie that it came in; empty if it came in the body.
};

/// Cookies of bare names are taken from the browser once it is certain whose they were: a server on
/// another port may have set them.
void clear_bare_cookies(http::Response& response, const http::Request& request,
                        const ShownToken& shown) {
  if (shown.cookie != kRefreshCookie || cookie_name(request, kRefreshCookie) == kRefreshCookie) {
    return;
  }
  clear_cookies(response, request, std::string(kRefreshCookie), std::string(kAccessCookie));
}

http::Task<core::Result<ShownToken>> shown_token(Call call) {
  ShownToken shown;
  if (call.request.body().has_body()) {
    const auto body = co_await http::read_json(call.request);
    if (!body) co_return body.error();
    ObjectReader reader(*body);
    shown.text = reader.text("refresh_token", 1, 200, Need::optional);
    if (auto read = reader.finish(); !read) co_return read.error();
  }
  if (!shown.text.empty()) co_return shown;
  auto cookie = cookie_of(call.request, kRefreshCookie);
  if (!cookie || cookie->value.empty()) co_return shown;
  if (auto checked = check_origin(call.request); !checked) co_return checked.error();
  co_return ShownToken{std::move(cookie->value), std::move(cookie->name)};
}

http::Task<Answer> refresh(Call call) {
  const auto shown = co_await shown_token(call);
  if (!shown) co_return shown.error();
  if (shown->text.empty()) {
    co_return core::Error(core::ErrorKind::unauthenticated, "invalid_refresh_token",
                          "There is no refresh token in the body and no cookie. Sign in again.");
  }
  const auth::ClientInfo client = client_of(call.request);
  auth::AuthService& service = call.services.auth;
  auto renew = [&] { return service.refresh(shown->text, client); };
  const auto renewed = co_await call.context.run_blocking(renew);
  if (renewed) {
    auto response = sign_in_response(call, *renewed);
    clear_bare_cookies(response, call.request, *shown);
    co_return response;
  }
  auto problem = refused_attempt(call, renewed.error());
  if (!shown->cookie.empty() && renewed.error().kind() == core::ErrorKind::unauthenticated) {
    clear_cookies(problem, call.request);
  }
  co_return problem;
}

/// Ends the session that the access token or its cookie names; whether there was one. Errors: those
/// of authenticate() and AuthService::end_session() that do not say that there is none.
http::Task<core::Result<bool>> end_session_of_bearer(Call call) {
  if (bearer_of(call.request).source == Bearer::Source::none) co_return false;
  auth::AuthService& service = call.services.auth;
  const auto principal = co_await authenticate(service, call.request, call.context);
  if (!principal) {
    if (principal.error().kind() == core::ErrorKind::unauthenticated) co_return false;
    co_return principal.error();
  }
  if (!principal->session) co_return false;
  auto end = [&] { return service.end_session(principal->user, *principal->session); };
  const auto ended = co_await call.context.run_blocking(end);
  if (!ended && ended.error().kind() != core::ErrorKind::not_found) co_return ended.error();
  co_return true;
}

/// Ends what any of the credentials names: they need not be of one session.
http::Task<Answer> logout(Call call) {
  const auto shown = co_await shown_token(call);
  if (!shown) co_return shown.error();
  core::Result<void> ended = core::ok();
  if (!shown->text.empty()) {
    const auth::ClientInfo client = client_of(call.request);
    auto end = [&] { return call.services.auth.sign_out(shown->text, client); };
    ended = co_await call.context.run_blocking(end);
  }
  const auto ended_by_bearer = co_await end_session_of_bearer(call);
  if (!ended_by_bearer) co_return ended_by_bearer.error();
  // Who has shown a good one is no guesser.
  const bool is_guess = !ended && ended.error().kind() == core::ErrorKind::too_many_requests;
  if (!ended && !(is_guess && *ended_by_bearer)) co_return refused_attempt(call, ended.error());
  auto response = http::Response::empty(204);
  clear_cookies(response, call.request);
  clear_bare_cookies(response, call.request, *shown);
  co_return response;
}

constexpr RouteRow kRoutes[] = {
    {http::Method::post, "/api/v1/auth/login", Access::anyone, login, "", kJson, kSmallBody},
    {http::Method::post, "/api/v1/auth/link", Access::anyone, link, "", kJson, kSmallBody},
    {http::Method::post, "/api/v1/auth/refresh", Access::anyone, refresh, "", kJson, kOptionalBody},
    {http::Method::post, "/api/v1/auth/logout", Access::anyone, logout, "", "", kOptionalBody},
};

}  // namespace

std::span<const RouteRow> auth_routes() {
  return kRoutes;
}

}  // namespace geond::api
