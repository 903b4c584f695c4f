// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "call.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/json.hpp"
#include "json_accounts.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

http::Task<Answer> list_sessions(Call call) {
  auth::AuthService& service = call.services.auth;
  const core::UserId user = call.user();
  auto list = [&service, user] { return service.sessions(user); };
  const auto sessions = co_await call.context.run_blocking(list);
  if (!sessions) co_return sessions.error();
  json document = {{"sessions", json::array()}};
  for (const auth::Session& session : *sessions) {
    document["sessions"].push_back(to_json(session, call.principal().session));
  }
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> end_other_sessions(Call call) {
  auth::AuthService& service = call.services.auth;
  const auth::Principal& caller = call.principal();
  auto end = [&service, &caller] { return service.end_sessions(caller.user, caller.session); };
  const auto ended = co_await call.context.run_blocking(end);
  if (!ended) co_return ended.error();
  co_return http::Response::json(http::dump_json(json{{"ended", *ended}}));
}

http::Task<Answer> end_session(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  auth::AuthService& service = call.services.auth;
  const core::UserId user = call.user();
  auto end = [&service, user, &id] { return service.end_session(user, {*id}); };
  const auto ended = co_await call.context.run_blocking(end);
  if (!ended) co_return ended.error();
  co_return http::Response::empty(204);
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/api/v1/sessions", Access::signed_in, list_sessions, "", kJson},
    {http::Method::del, "/api/v1/sessions", Access::signed_in, end_other_sessions, "", kJson},
    {http::Method::del, "/api/v1/sessions/{id}", Access::signed_in, end_session},
};

}  // namespace

std::span<const RouteRow> session_routes() {
  return kRoutes;
}

}  // namespace geond::api
