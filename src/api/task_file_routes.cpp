// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "call.hpp"
#include "content_hash.hpp"
#include "geond/api/lowest_threshold.hpp"
#include "geond/exporting/export.hpp"
#include "geond/http/etag.hpp"
#include "geond/http/json.hpp"
#include "geond/http/media_type.hpp"
#include "geond/imaging/overlay.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "input_reader.hpp"
#include "rendering_state.hpp"
#include "task_files.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::Result;
using nlohmann::json;

/// Pictures do not change, but who may see them does: only this browser may keep them.
constexpr std::string_view kPictureCaching = "private, no-cache";

/// Whether the client takes what is about to be sent: a route that has several types to offer has
/// only one of them for a given request. `type` may have parameters. Errors: `not_acceptable`.
Result<void> agree_on(const http::Request& request, std::string_view type) {
  const std::string_view offered = type.substr(0, type.find(';'));
  if (auto agreed = http::negotiate(request, {&offered, 1}); !agreed) return agreed.error();
  return core::ok();
}

http::Task<Answer> get_input(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  co_return co_await send_input(call, {*id}, AcceptHeader::heeded);
}

/// A picture with its ETag; empty bytes if the client has it already.
struct MadePicture {
  std::string etag;
  std::shared_ptr<const std::string> bytes;
};

http::Response picture_response(const http::Request& request, const MadePicture& picture) {
  auto response = http::is_not_modified(request, picture.etag)
                      ? http::not_modified(picture.etag)
                      : http::Response::text(*picture.bytes, "image/jpeg");
  response.headers.set("ETag", picture.etag);
  response.headers.set("Cache-Control", kPictureCaching);
  return response;
}

/// Of each owner's own: how fast an answer comes must not tell that somebody else has the picture.
std::string thumbnail_name(const tasks::Task& task) {
  return fmt::format("{} {}", task.owner.value, task.input.sha256);
}

Result<MadePicture> make_thumbnail(const Services& services, const tasks::Task& task,
                                   std::string etag) {
  PictureCache& cache = services.rendering.state().thumbnails;
  const std::string name = thumbnail_name(task);
  if (auto known = cache.find(name)) return MadePicture{std::move(etag), known};
  auto image = services.pipeline.thumbnail(task);
  if (!image) return image.error();
  auto bytes = std::make_shared<const std::string>(std::move(image->bytes));
  cache.keep(name, bytes);
  return MadePicture{std::move(etag), bytes};
}

http::Task<Answer> get_thumbnail(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return services.pipeline.tasks().get(user, {*id}); };
  const auto task = co_await call.context.run_blocking(look);
  if (!task) co_return task.error();
  const std::string etag = http::strong_etag(task->input.sha256.substr(0, 32) + "-t1");
  const bool is_known = http::is_not_modified(call.request, etag) ||
                        services.rendering.state().thumbnails.find(thumbnail_name(*task));
  std::optional<Gate::Pass> pass;
  if (!is_known) {
    auto entered = co_await services.rendering.state().gate.enter(call.context, call.user().value);
    if (!entered) co_return entered.error();
    pass.emplace(*std::move(entered));
  }
  if (http::is_not_modified(call.request, etag)) {
    co_return picture_response(call.request, {etag, nullptr});
  }
  auto make = [&] { return make_thumbnail(services, *task, etag); };
  const auto picture = co_await call.context.run_blocking(make);
  if (!picture) co_return picture.error();
  co_return picture_response(call.request, *picture);
}

http::Task<Answer> get_overlay(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  QueryReader query(call.request);
  const auto asked = query.number("threshold", kLowestThreshold, 1);
  if (auto read = query.finish(); !read) co_return read.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return services.pipeline.tasks().get(user, {*id}); };
  const auto task = co_await call.context.run_blocking(look);
  if (!task) co_return task.error();
  if (task->status != tasks::TaskStatus::done) co_return tasks::not_done(*task);
  const double threshold = asked.value_or(task->threshold);
  const std::string version =
      content_hash(fmt::format("{} {} {}", task->input.sha256, task->attempt, threshold));
  const std::string etag = http::strong_etag(version + "-o1");
  if (http::is_not_modified(call.request, etag)) {
    co_return picture_response(call.request, {etag, nullptr});
  }
  auto pass = co_await services.rendering.state().gate.enter(call.context, call.user().value);
  if (!pass) co_return pass.error();
  auto draw = [&]() -> Result<MadePicture> {
    auto image = services.pipeline.overlay(*task, threshold, imaging::ImageFormat::jpeg,
                                           imaging::kOverlaySide);
    if (!image) return image.error();
    return MadePicture{etag, std::make_shared<const std::string>(std::move(image->bytes))};
  };
  const auto picture = co_await call.context.run_blocking(draw);
  if (!picture) co_return picture.error();
  co_return picture_response(call.request, *picture);
}

/// Another threshold than the task's own asks for the scene again, which takes a network: its gate
/// is passed for that, and none otherwise. Errors: those of Gate::enter.
http::Task<Result<std::optional<Gate::Pass>>> enter_for(std::optional<double> threshold,
                                                        Call& call) {
  if (!threshold) co_return std::optional<Gate::Pass>();
  auto pass =
      co_await call.services.rendering.state().predictions.enter(call.context, call.user().value);
  if (!pass) co_return pass.error();
  co_return std::optional<Gate::Pass>(*std::move(pass));
}

http::Task<Answer> get_result(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  QueryReader query(call.request);
  const auto threshold = query.number("threshold", kLowestThreshold, 1);
  if (auto read = query.finish(); !read) co_return read.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  const auto pass = co_await enter_for(threshold, call);
  if (!pass) co_return pass.error();
  auto look = [&]() -> Result<tasks::Outcome> {
    const auto task = services.pipeline.tasks().get(user, {*id});
    if (!task) return task.error();
    if (task->status != tasks::TaskStatus::done) return tasks::not_done(*task);
    return services.pipeline.outcome(*task, threshold);
  };
  const auto outcome = co_await call.context.run_blocking(look);
  if (!outcome) co_return outcome.error();
  co_return http::Response::json(http::dump_json(to_json(*outcome)));
}

exporting::AnnotatedImage annotated(const tasks::Task& task, tasks::Outcome outcome) {
  std::erase_if(outcome.candidates, [&](const geometry::Primitive& primitive) {
    return primitive.probability < outcome.threshold;
  });
  return {
      task.input.file_name.empty() ? fmt::format("task-{}", task.id.value) : task.input.file_name,
      outcome.image, std::move(outcome.scene), std::move(outcome.candidates)};
}

/// The names of the classes that the task's detector knows, in its order. Errors: conflict
/// `model_unavailable`.
Result<std::vector<std::string>> vocabulary(const Services& services, const tasks::Task& task) {
  const auto model = services.predictor.model(task.detector.name);
  if (!model || model->record.sha256 != task.detector.sha256) {
    return tasks::model_unavailable(task.detector);
  }
  std::vector<std::string> classes;
  for (const auto& label : model->model->manifest().classes) classes.push_back(label.name);
  return classes;
}

/// The annotations' text. Errors: conflict `task_not_done`; for the formats that write a class as
/// its place in the vocabulary, those of `vocabulary`.
Result<std::string> annotations(const Services& services, const tasks::Task& task,
                                exporting::ExportFormat format, std::optional<double> threshold) {
  if (task.status != tasks::TaskStatus::done) return tasks::not_done(task);
  auto outcome = services.pipeline.outcome(task, threshold);
  if (!outcome) return outcome.error();
  std::vector<std::string> classes;
  if (format != exporting::ExportFormat::csv) {
    auto known = vocabulary(services, task);
    if (!known) return known.error();
    classes = *std::move(known);
  }
  return exporting::export_annotations(format, annotated(task, *std::move(outcome)), classes);
}

http::Task<Answer> get_annotations(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  QueryReader query(call.request);
  const std::string name = query.text("format", 32).value_or("csv");
  const auto format = exporting::parse_export_format(name);
  if (!format) query.refuse("format", "must be csv, yolo-obb, dota or coco");
  const auto threshold = query.number("threshold", kLowestThreshold, 1);
  if (auto read = query.finish(); !read) co_return read.error();
  if (auto agreed = agree_on(call.request, exporting::media_type(*format)); !agreed) {
    co_return agreed.error();
  }
  const Services& services = call.services;
  const core::UserId user = call.user();
  const auto pass = co_await enter_for(threshold, call);
  if (!pass) co_return pass.error();
  auto write = [&]() -> Result<std::string> {
    const auto task = services.pipeline.tasks().get(user, {*id});
    if (!task) return task.error();
    return annotations(services, *task, *format, threshold);
  };
  auto text = co_await call.context.run_blocking(write);
  if (!text) co_return text.error();
  co_return http::Response::text(*std::move(text), exporting::media_type(*format))
      .with("Content-Disposition", fmt::format("attachment; filename=\"task-{}{}\"", *id,
                                               exporting::file_extension(*format)));
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/api/v1/tasks/{id}/input", Access::signed_in, get_input, "",
     "image/jpeg image/png"},
    {http::Method::get, "/api/v1/tasks/{id}/thumbnail", Access::signed_in, get_thumbnail, "",
     "image/jpeg"},
    {http::Method::get, "/api/v1/tasks/{id}/overlay", Access::signed_in, get_overlay, "threshold",
     "image/jpeg"},
    {http::Method::get, "/api/v1/tasks/{id}/result", Access::signed_in, get_result, "threshold",
     kJson},
    {http::Method::get, "/api/v1/tasks/{id}/annotations", Access::signed_in, get_annotations,
     "format threshold", "text/csv text/plain application/json"},
};

}  // namespace

http::Task<Answer> send_input(Call call, core::TaskId id, AcceptHeader accept) {
  const Services& services = call.services;
  const core::UserId user = call.user();
  struct Found {
    tasks::TaskInput input;
    storage::OpenBlob blob;
  };
  auto look = [&]() -> Result<Found> {
    auto task = services.pipeline.tasks().get(user, id);
    if (!task) return task.error();
    auto blob = services.pipeline.open_input(*task);
    if (!blob) return blob.error();
    return Found{task->input, *std::move(blob)};
  };
  auto found = co_await call.context.run_blocking(look);
  if (!found) co_return found.error();
  if (accept == AcceptHeader::heeded) {
    if (auto agreed = agree_on(call.request, found->input.content_type); !agreed) {
      co_return agreed.error();
    }
  }
  const std::string etag = http::strong_etag(found->input.sha256.substr(0, 32));
  auto response = http::is_not_modified(call.request, etag)
                      ? http::not_modified(etag)
                      : http::Response::file(std::move(found->blob.file),
                                             static_cast<std::uint64_t>(found->blob.size),
                                             found->input.content_type);
  response.headers.set("ETag", etag);
  response.headers.set("Cache-Control", kPictureCaching);
  co_return response;
}

std::span<const RouteRow> task_file_routes() {
  return kRoutes;
}

}  // namespace geond::api
