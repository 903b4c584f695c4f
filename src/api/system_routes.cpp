// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>
#include <vector>

#include "call.hpp"
#include "geond/api/metrics.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/json.hpp"
#include "geond/http/static_content.hpp"
#include "openapi.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

http::Task<Answer> health(Call call) {
  const json document = {{"status", "ok"}, {"version", call.services.settings.version}};
  co_return http::Response::json(http::dump_json(document)).with("Cache-Control", "no-store");
}

http::Task<Answer> readiness(Call call) {
  std::vector<ReadinessCheck> checks;
  // Right here, since it blocks for nothing: behind the work of others it would tell of the load.
  if (call.services.readiness) checks = call.services.readiness();
  json results = json::object();
  bool is_ready = !call.context.is_stopping();
  for (const ReadinessCheck& check : checks) {
    results[check.name] = check.problem.empty() ? "ok" : check.problem;
    const bool is_in_the_way = check.weight == ReadinessWeight::needed && !check.problem.empty();
    is_ready = is_ready && !is_in_the_way;
  }
  const char* status = is_ready ? "ok" : call.context.is_stopping() ? "stopping" : "failing";
  const json document = {
      {"status", status}, {"version", call.services.settings.version}, {"checks", results}};
  auto response = http::Response::json(http::dump_json(document), is_ready ? 200 : 503);
  response.headers.set("Cache-Control", "no-store");
  if (!is_ready) response.headers.set("Retry-After", "1");
  co_return response;
}

http::Task<Answer> metrics(Call call) {
  Metrics* source = call.services.metrics;
  if (source == nullptr) {
    co_return Error(ErrorKind::not_found, "not_found",
                    "Metrics are switched off; geond serve --metrics switches them on.");
  }
  auto collect = [source] { return source->text(); };
  auto text = co_await call.context.run_blocking(collect);
  if (!text) co_return text.error();
  co_return http::Response::text(*std::move(text), "text/plain; version=0.0.4; charset=utf-8")
      .with("Cache-Control", "no-store");
}

http::Task<Answer> server(Call call) {
  const Settings& settings = call.services.settings;
  const bool is_open = call.services.auth.registration() == auth::Registration::open;
  const json document = {{"version", settings.version},
                         {"registration", is_open ? "open" : "closed"},
                         {"limits",
                          {{"upload_bytes", settings.max_upload_bytes},
                           {"pixels", settings.max_pixels},
                           {"side", settings.max_side}}},
                         {"formats", {"image/jpeg", "image/png"}}};
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> document(Call call) {
  co_return http::serve_static(call.request, openapi_document());
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/healthz", Access::anyone, health},
    {http::Method::get, "/readyz", Access::anyone, readiness},
    {http::Method::get, "/metrics", Access::anyone, metrics},
    {http::Method::get, "/openapi.json", Access::anyone, document},
    {http::Method::get, "/api/v1/server", Access::anyone, server, "", kJson},
};

}  // namespace

std::span<const RouteRow> system_routes() {
  return kRoutes;
}

}  // namespace geond::api
