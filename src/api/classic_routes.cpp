// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "access.hpp"
#include "classic.hpp"
#include "geond/http/multipart.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "input_reader.hpp"
#include "task_create.hpp"
#include "task_files.hpp"

namespace geond::api {
namespace classic {
namespace {

using core::Error;
using core::ErrorKind;
using core::ModelKind;
using core::Result;
using nlohmann::json;

constexpr std::size_t kMaxModelId = 4'300;  // digits; as many as the classic service read

Error unknown_model(const catalog::Catalog& catalog) {
  std::string choices;
  for (const catalog::Model& model : catalog.list()) {
    const char* type =
        model.kind == ModelKind::detection ? "detection_model" : "classification_model";
    choices += fmt::format("{}({}, '{}', '{}')", choices.empty() ? "" : ", ", model.id.value,
                           model.name, type);
  }
  return Error(
      ErrorKind::bad_request, "unknown_model",
      fmt::format("Model id was not correct. Choose from (id, name, type) [{}].", choices));
}

Result<pipeline::SubmitOptions> read_models(const Call& call) {
  QueryReader query(call.request);
  const auto read = [&](std::string_view name) {
    const auto text = query.text(name, kMaxModelId);
    if (!call.request.target.query.get(name)) query.refuse(name, "is missing");
    const auto id = text ? read_integer(*text) : std::nullopt;
    if (text && !id) query.refuse(name, "must be an integer");
    return core::ModelId{id.value_or(0)};
  };
  const core::ModelId detector = read("detection_model_id");
  const core::ModelId classifier = read("classification_model_id");
  if (auto finished = query.finish(); !finished) return finished.error();
  const catalog::Catalog& catalog = call.services.predictor.catalog();
  const auto found_detector = catalog.find(ModelKind::detection, detector);
  const auto found_classifier = catalog.find(ModelKind::classification, classifier);
  if (!found_detector || !found_classifier) return unknown_model(catalog);
  pipeline::SubmitOptions options;
  options.detector = found_detector->name;
  options.classifier = found_classifier->name;
  return options;
}

http::Task<Answer> create_task(Call call) {
  const auto options = read_models(call);
  if (!options) co_return options.error();
  if (!http::is_multipart(call.request)) {
    co_return Error(ErrorKind::invalid_argument, "missing_part",
                    "The picture must be the part `image_file` of a multipart/form-data form.")
        .with_field("image_file", "is missing");
  }
  auto reader = PictureReader::open(call, 1, OtherParts::skipped);
  if (!reader) co_return reader.error();
  const auto created = co_await accept_pictures(call, *std::move(reader), *options);
  if (!created) co_return created.error();
  co_return json_response({{"id", created->tasks.front().id.value}});
}

/// The caller's task that the path names. Errors: as task_id(), not_found in the classic words.
http::Task<Result<tasks::Task>> find_task(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return services.pipeline.tasks().get(user, *id); };
  auto task = co_await call.context.run_blocking(look);
  if (!task) co_return in_classic_words(task.error(), *id);
  co_return *std::move(task);
}

/// Scenes are counted from 1 in the order of the classifier's vocabulary.
json scene_class_id(const Services& services, const tasks::Task& task) {
  if (!task.scene) return nullptr;
  const auto model = services.predictor.model(task.classifier.name);
  if (!model) return nullptr;
  const auto& classes = model->model->manifest().classes;
  const auto found = std::ranges::find(classes, *task.scene, &inference::ClassLabel::name);
  if (found == classes.end()) return nullptr;
  return found - classes.begin() + 1;
}

http::Task<Answer> get_task(Call call) {
  const auto task = co_await find_task(call);
  if (!task) co_return task.error();
  co_return json_response({{"id", task->id.value},
                           {"owner_id", task->owner.value},
                           {"detection_model_id", task->detector.id.value},
                           {"classification_model_id", task->classifier.id.value},
                           {"status_id", static_cast<int>(task->status)},
                           {"input_path", input_path(*task)},
                           {"created_at", time_text(task->created_at)},
                           {"scene_class_id", scene_class_id(call.services, *task)}});
}

http::Task<Answer> get_status(Call call) {
  const auto task = co_await find_task(call);
  if (!task) co_return task.error();
  co_return json_response({{"id", task->id.value}, {"status", tasks::to_string(task->status)}});
}

http::Task<Answer> get_input(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  auto response = co_await send_input(call, *id, AcceptHeader::passed_over);
  if (!response) co_return in_classic_words(response.error(), *id);
  co_return response;
}

http::Task<Answer> delete_task(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  auto remove = [&] { return pipeline.remove(user, *id); };
  const auto removed = co_await call.context.run_blocking(remove);
  if (!removed) co_return in_classic_words(removed.error(), *id);
  co_return json_response({{"id", id->value}});
}

http::Task<Answer> list_models(Call call) {
  json document = {{"detection_models", json::array()}, {"classification_models", json::array()}};
  for (const catalog::Model& model : call.services.predictor.catalog().list()) {
    const char* list =
        model.kind == ModelKind::detection ? "detection_models" : "classification_models";
    document[list].push_back({{"model_name", model.name}, {"model_id", model.id.value}});
  }
  co_return json_response(document);
}

http::Task<Answer> page_of_tasks(Call call) {
  co_return http::Response::redirect(call.request.base_path + "/#/tasks", 307);
}

http::Task<Answer> page_of_result(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  co_return http::Response::redirect(
      fmt::format("{}/#/tasks/{}", call.request.base_path, id->value), 307);
}

constexpr http::RouteOptions kTolerant{.trailing_slash = http::TrailingSlash::tolerated,
                                       .max_body_bytes = std::nullopt};
constexpr http::RouteOptions kPicture{.trailing_slash = http::TrailingSlash::tolerated,
                                      .max_body_bytes = std::uint64_t{1} << 40};

constexpr RouteRow kRoutes[] = {
    {http::Method::post, "/oauth/login", Access::anyone, login, kAnyQuery, "", kTolerant},
    {http::Method::get, "/oauth/users/current", Access::signed_in, current_user, kAnyQuery, "",
     kTolerant},
    {http::Method::post, "/tasks", Access::signed_in, create_task, kAnyQuery, "", kPicture},
    {http::Method::get, "/tasks", Access::signed_in, list_tasks, kAnyQuery, "", kTolerant},
    {http::Method::get, "/tasks/{id}", Access::signed_in, get_task, kAnyQuery, "", kTolerant},
    {http::Method::del, "/tasks/{id}", Access::signed_in, delete_task, kAnyQuery, "", kTolerant},
    {http::Method::get, "/tasks/{id}/status", Access::signed_in, get_status, kAnyQuery, "",
     kTolerant},
    {http::Method::get, "/tasks/{id}/input", Access::signed_in, get_input, kAnyQuery, "",
     kTolerant},
    {http::Method::get, "/tasks/{id}/result", Access::signed_in, get_result, kAnyQuery, "",
     kTolerant},
    {http::Method::get, "/models", Access::signed_in, list_models, kAnyQuery, "", kTolerant},
    {http::Method::get, "/ui/tasks", Access::anyone, page_of_tasks, kAnyQuery, "", kTolerant},
    {http::Method::get, "/ui/results/{id}", Access::anyone, page_of_result, kAnyQuery, "",
     kTolerant},
};

}  // namespace
}  // namespace classic

std::span<const RouteRow> classic_routes() {
  return classic::kRoutes;
}

}  // namespace geond::api
