// SPDX-License-Identifier: MIT
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "call.hpp"
#include "geond/core/rounding.hpp"
#include "geond/http/json.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "input_reader.hpp"
#include "json_models.hpp"
#include "prediction.hpp"
#include "task_create.hpp"

namespace geond::api {
namespace {

using core::Result;
using nlohmann::json;

http::Task<Answer> list_models(Call call) {
  json document = {{"models", json::array()}};
  for (const pipeline::AvailableModel& model : call.services.predictor.models()) {
    document["models"].push_back(to_json(model));
  }
  if (call.principal().is_admin()) {
    document["left_out"] = json::array();
    for (const LeftOutModel& model : call.services.settings.left_out_models) {
      document["left_out"].push_back(
          {{"folder", model.folder}, {"code", model.code}, {"detail", model.detail}});
    }
  }
  co_return http::Response::json(http::dump_json(document));
}

http::Task<Answer> get_model(Call call) {
  const auto model = call.services.predictor.model(call.request.parameter("name"));
  if (!model) co_return model.error();
  co_return http::Response::json(http::dump_json(to_json(*model)));
}

/// Which model of its kind is taken when a task names none; for administrators.
http::Task<Answer> change_model(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const auto is_default = reader.boolean("default");
  if (!is_default.value_or(false) && !reader.has_findings()) {
    reader.refuse("default", "must be true; make another model the default instead");
  }
  if (auto read = reader.finish(); !read) co_return read.error();
  pipeline::Predictor& predictor = call.services.predictor;
  const std::string name(call.request.parameter("name"));
  auto change = [&] { return predictor.set_default_model(name); };
  const auto model = co_await call.context.run_blocking(change);
  if (!model) co_return model.error();
  co_return http::Response::json(http::dump_json(to_json(*model)));
}

http::Task<Answer> list_classes(Call call) {
  const json document = classes_json(call.services.predictor.models());
  co_return http::Response::json(http::dump_json(document));
}

json counts_json(const tasks::StatusCounts& counts) {
  return {{"queued", counts.queued},
          {"in progress", counts.in_progress},
          {"done", counts.done},
          {"failed", counts.failed},
          {"cancelled", counts.cancelled}};
}

/// Everybody sees the queue's figures; an administrator also how many tasks there are in all.
http::Task<Answer> stats(Call call) {
  const Services& services = call.services;
  const auth::Principal& caller = call.principal();
  auto look = [&]() -> Result<json> {
    const tasks::TaskRepository& tasks = services.pipeline.tasks();
    const auto own = tasks.counts(caller.user);
    if (!own) return own.error();
    const auto all = caller.is_admin() ? tasks.counts_of_all() : tasks.unfinished_counts();
    if (!all) return all.error();
    constexpr std::chrono::seconds kWindow{60};
    const auto recent = tasks.recent_work(services.clock.now() - kWindow);
    if (!recent) return recent.error();
    const pipeline::QueueStatistics queue = services.pipeline.stats();
    const double rate = static_cast<double>(recent->count) / static_cast<double>(kWindow.count());
    const auto& average = recent->average_seconds;
    json document = {
        {"queue",
         {{"depth", all->queued}, {"capacity", queue.capacity}, {"running", all->in_progress}}},
        {"workers", {{"total", queue.workers}, {"busy", queue.busy_workers}}},
        {"rates",
         {{"tasks_per_second", core::rounded(rate, 3)},
          {"average_seconds", average ? json(core::rounded(*average, 6)) : json()}}},
        {"tasks", counts_json(*own)}};
    if (caller.is_admin()) document["all_tasks"] = counts_json(*all);
    return document;
  };
  const auto document = co_await call.context.run_blocking(look);
  if (!document) co_return document.error();
  co_return http::Response::json(http::dump_json(*document)).with("Cache-Control", "no-store");
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/api/v1/models", Access::signed_in, list_models, "", kJson},
    {http::Method::get, "/api/v1/models/{name}", Access::signed_in, get_model, "", kJson},
    {http::Method::patch, "/api/v1/models/{name}", Access::admin, change_model, "", kJson,
     kSmallBody},
    {http::Method::post, "/api/v1/models/{name}/predict", Access::signed_in, predict, "threshold",
     kJson, kPictureBody},
    {http::Method::get, "/api/v1/classes", Access::signed_in, list_classes, "", kJson},
    {http::Method::get, "/api/v1/stats", Access::signed_in, stats, "", kJson},
};

}  // namespace

std::span<const RouteRow> model_routes() {
  return kRoutes;
}

}  // namespace geond::api
