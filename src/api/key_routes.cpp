// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>
#include <string>

#include "call.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/json.hpp"
#include "input_reader.hpp"
#include "json_accounts.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

http::Task<Answer> list_keys(Call call) {
  auth::AuthService& service = call.services.auth;
  const core::UserId user = call.user();
  auto list = [&service, user] { return service.api_keys(user); };
  const auto keys = co_await call.context.run_blocking(list);
  if (!keys) co_return keys.error();
  json document = {{"keys", json::array()}};
  for (const auth::ApiKey& key : *keys) document["keys"].push_back(to_json(key));
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> create_key(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const std::string name = reader.text("name", 1, 100, Need::required);
  if (auto read = reader.finish(); !read) co_return read.error();
  auth::AuthService& service = call.services.auth;
  const core::UserId user = call.user();
  auto create = [&] { return service.create_api_key(user, name, call.caller); };
  const auto created = co_await call.context.run_blocking(create);
  if (!created) co_return created.error();
  // A key may make others: after a leak, this tells which those are.
  call.context.logger().info("an API key was made",
                             {{"user", user.value},
                              {"key", created->key.id.value},
                              {"made_by", auth::to_string(call.principal())}});
  json document = to_json(created->key);
  document["key"] = created->secret;
  co_return http::Response::json(http::dump_json(document), 201).with("Cache-Control", "no-store");
}

http::Task<Answer> revoke_key(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  auth::AuthService& service = call.services.auth;
  const core::UserId user = call.user();
  auto revoke = [&service, user, &id] { return service.revoke_api_key(user, {*id}); };
  const auto revoked = co_await call.context.run_blocking(revoke);
  if (!revoked) co_return revoked.error();
  co_return http::Response::empty(204);
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/api/v1/keys", Access::signed_in, list_keys, "", kJson},
    {http::Method::post, "/api/v1/keys", Access::signed_in, create_key, "", kJson, kSmallBody},
    {http::Method::del, "/api/v1/keys/{id}", Access::signed_in, revoke_key},
};

}  // namespace

std::span<const RouteRow> key_routes() {
  return kRoutes;
}

}  // namespace geond::api
