// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "access.hpp"
#include "call.hpp"
#include "cursor.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/http/json.hpp"
#include "geond/http/problem.hpp"
#include "input_reader.hpp"
#include "json_accounts.hpp"
#include "run_hashing.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

constexpr std::size_t kMaxPassword = 1024;  // longer ones are not even looked at

http::Response user_response(const auth::User& user, int status = 200) {
  return http::Response::json(http::dump_json(to_json(user)), status);
}

auth::Role role_of(const std::optional<std::string>& name) {
  return name == "admin" ? auth::Role::admin : auth::Role::user;
}

bool is_by_admin(const Call& call) {
  return call.caller != nullptr && call.caller->is_admin();
}

/// Strangers may make an account if registration is open; administrators always. Errors:
/// unauthenticated `not_authenticated`, forbidden `registration_closed`.
core::Result<void> check_may_register(const Call& call) {
  const auto registration = call.services.auth.registration();
  if (is_by_admin(call) || registration == auth::Registration::open) return core::ok();
  if (call.caller == nullptr) {
    return Error(ErrorKind::unauthenticated, "not_authenticated", "Not authenticated");
  }
  return Error(ErrorKind::forbidden, "registration_closed",
               "Registration is closed here; an administrator can make accounts.");
}

http::Task<Answer> create_user(Call call) {
  if (auto may = check_may_register(call); !may) co_return may.error();
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  const bool by_admin = is_by_admin(call);  // as it is now
  ObjectReader reader(*body);
  const std::string name = reader.text("name", 1, auth::kMaxUserName, Need::required);
  const std::string password = reader.text("password", 1, kMaxPassword, Need::required);
  const auto role = reader.choice("role", {"user", "admin"}, Need::optional);
  if (auto read = reader.finish(); !read) co_return read.error();
  if (role == "admin" && !by_admin) {
    co_return Error(ErrorKind::forbidden, "forbidden",
                    "Only an administrator can make an administrator.");
  }
  auth::AuthService& service = call.services.auth;
  const auth::ClientInfo client = client_of(call.request);
  auto create = [&] {
    return by_admin ? service.create_user(name, password, role_of(role), call.caller)
                    : service.register_user(name, password, client);
  };
  const auto created = co_await run_hashing(call, create);
  if (!created) co_return refused_attempt(call, created.error());
  co_return user_response(*created, 201)
      .with("Location",
            fmt::format("{}/api/v1/users/{}", call.request.base_path, created->id.value));
}

http::Task<Answer> list_users(Call call) {
  QueryReader query(call.request);
  const int limit = read_page_size(query);
  const auto cursor = query.text("cursor", 200);
  if (auto read = query.finish(); !read) co_return read.error();
  const auto after = read_cursor(cursor);
  if (!after) co_return after.error();
  auth::AuthService& service = call.services.auth;
  auto list = [&service, &after, limit] { return service.users(*after, limit + 1); };
  const auto users = co_await call.context.run_blocking(list);
  if (!users) co_return users.error();
  json document = {{"users", json::array()}, {"next_cursor", nullptr}};
  for (const auth::User& user : *users) {
    if (document["users"].size() == static_cast<std::size_t>(limit)) {
      document["next_cursor"] = make_cursor((*users)[static_cast<std::size_t>(limit) - 1].id);
      break;
    }
    document["users"].push_back(to_json(user));
  }
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> get_me(Call call) {
  auth::AuthService& service = call.services.auth;
  const core::UserId id = call.user();
  auto get = [&service, id] { return service.user(id); };
  const auto user = co_await call.context.run_blocking(get);
  if (!user) co_return user.error();
  co_return user_response(*user);
}

http::Task<Answer> change_me(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const std::string old_password = reader.text("current_password", 1, kMaxPassword, Need::required);
  const std::string password = reader.text("password", 1, kMaxPassword, Need::required);
  if (auto read = reader.finish(); !read) co_return read.error();
  auth::AuthService& service = call.services.auth;
  const auth::Principal& caller = call.principal();
  const auth::ClientInfo client = client_of(call.request);
  auto change = [&]() -> core::Result<auth::User> {
    const auto changed =
        service.change_password(caller.user, old_password, password, caller.session, client);
    if (!changed) return changed.error();
    return service.user(caller.user);
  };
  const auto user = co_await run_hashing(call, change);
  if (user) co_return user_response(*user);
  if (user.error().code() == core::codes::kWrongCredentials) {
    // 401 would tell the page that its session has ended.
    co_return http::make_problem(403, user.error(), call.request.id);
  }
  co_return refused_attempt(call, user.error(), caller.name);
}

http::Task<Answer> get_user(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  auth::AuthService& service = call.services.auth;
  auto get = [&service, &id] { return service.user({*id}); };
  const auto user = co_await call.context.run_blocking(get);
  if (!user) co_return user.error();
  co_return user_response(*user);
}

http::Task<Answer> change_user(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const auto role = reader.choice("role", {"user", "admin"}, Need::optional);
  const auto disabled = reader.boolean("disabled");
  const auto password = reader.optional_text("password", 1, kMaxPassword);
  if (!role && !disabled && !password && !reader.has_findings()) {
    reader.refuse_whole("must have role, disabled or password");
  }
  if (auto read = reader.finish(); !read) co_return read.error();

  std::optional<auth::Role> new_role;
  if (role) new_role = role_of(role);
  std::optional<auth::UserState> state;
  if (disabled) state = *disabled ? auth::UserState::disabled : auth::UserState::active;
  auth::AuthService& service = call.services.auth;
  auto change = [&] { return service.update_user({*id}, new_role, state, password, call.caller); };
  auto changing = password ? run_hashing(call, change) : call.context.run_blocking(change);
  const auto user = co_await std::move(changing);
  if (!user) co_return user.error();
  co_return user_response(*user);
}

http::Task<Answer> remove_user(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  auth::AuthService& service = call.services.auth;
  auto remove = [&] { return service.remove_user({*id}, call.caller); };
  const auto removed = co_await call.context.run_blocking(remove);
  if (!removed) co_return removed.error();
  co_return http::Response::empty(204);
}

constexpr RouteRow kRoutes[] = {
    {http::Method::post, "/api/v1/users", Access::optional, create_user, "", kJson, kSmallBody},
    {http::Method::get, "/api/v1/users", Access::admin, list_users, "limit cursor", kJson},
    {http::Method::get, "/api/v1/users/me", Access::signed_in, get_me, "", kJson},
    {http::Method::patch, "/api/v1/users/me", Access::signed_in, change_me, "", kJson, kSmallBody},
    {http::Method::get, "/api/v1/users/{id}", Access::admin, get_user, "", kJson},
    {http::Method::patch, "/api/v1/users/{id}", Access::admin, change_user, "", kJson, kSmallBody},
    {http::Method::del, "/api/v1/users/{id}", Access::admin, remove_user},
};

}  // namespace

std::span<const RouteRow> user_routes() {
  return kRoutes;
}

}  // namespace geond::api
