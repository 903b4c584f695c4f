// SPDX-License-Identifier: MIT
// The classic API: an older service's contract, kept to the letter so that its clients need no
// change. Everything here asks the same services as /api/v1 and only words the answers differently.

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>

#include "access.hpp"
#include "call.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/json.hpp"
#include "geond/http/media_type.hpp"
#include "geond/http/multipart.hpp"
#include "geond/http/problem.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "input_reader.hpp"
#include "task_create.hpp"
#include "task_files.hpp"

namespace geond::api {
namespace {

using catalog::ModelKind;
using core::Error;
using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::size_t kMaxField = 1024;  // bytes of a form's field
constexpr std::size_t kMaxFormBytes = 64 * 1024;
constexpr int kPage = 200;
/// Bytes of a picture that are encoded at once: 64 KiB of base64, and no padding in the middle.
constexpr std::int64_t kPiece = 48 * 1024;
static_assert(kPiece % 3 == 0);

http::Response json_response(const json& document) {
  return http::Response::json(http::dump_json(document)).with("Cache-Control", "no-store");
}

// --- signing in ---------------------------------------------------------------------------------

Error missing_field(std::string_view name) {
  return Error(ErrorKind::invalid_argument, "missing_field",
               fmt::format("The form has no field `{}`.", name))
      .with_field(std::string(name), "is missing");
}

http::Task<Result<http::Pairs>> read_multipart_form(Call call) {
  http::Pairs fields;
  auto form = http::MultipartReader::open(call.request);
  if (!form) co_return form.error();
  while (true) {
    const auto part = co_await form->next_part();
    if (!part) co_return part.error();
    if (!*part) co_return fields;
    auto text = co_await form->read_text(kMaxField);
    if (!text) co_return text.error();
    fields.add((*part)->name, *std::move(text));
  }
}

http::Task<Result<http::Pairs>> read_form(Call call) {
  call.request.body().set_limit(kMaxFormBytes);
  if (http::is_multipart(call.request)) co_return co_await read_multipart_form(call);
  const auto type =
      http::parse_media_type(call.request.headers.get_or("Content-Type", "none/none"));
  if (!type) co_return type.error();
  if (type->type != "application/x-www-form-urlencoded") {
    co_return Error(ErrorKind::unsupported_media, "unsupported_content_type",
                    "Send multipart/form-data or application/x-www-form-urlencoded.");
  }
  const auto text = co_await http::read_text(call.request.body());
  if (!text) co_return text.error();
  co_return http::parse_pairs(*text);
}

http::Task<Answer> login(Call call) {
  const auto form = co_await read_form(call);
  if (!form) co_return form.error();
  for (const char* name : {"username", "password"}) {
    if (!form->get(name)) co_return missing_field(name);
  }
  const std::string name(*form->get("username"));
  const std::string password(*form->get("password"));
  const auth::ClientInfo client = client_of(call.request);
  auth::AuthService& service = call.services.auth;
  auto sign_in = [&] {
    return service.sign_in(name, password, auth::SessionKind::classic, client);
  };
  const auto signed_in = co_await call.context.run_blocking(sign_in);
  if (signed_in) {
    co_return json_response({{"access_token", signed_in->access_token}, {"token_type", "bearer"}});
  }
  const Error& error = signed_in.error();
  if (error.code() == "wrong_credentials") {
    co_return http::make_problem(422, error, call.request.id);
  }
  if (error.kind() != ErrorKind::too_many_requests) co_return error;
  const auto wait = service.sign_in_retry_after(name, client);
  co_return http::make_problem(error, call.request)
      .with("Retry-After", std::to_string(wait.count()));
}

http::Task<Answer> current_user(Call call) {
  const auth::Principal& caller = call.principal();
  co_return json_response({{"id", caller.user.value}, {"username", caller.name}});
}

// --- tasks --------------------------------------------------------------------------------------

/// One detail for what is not there and for what is somebody else's.
Error no_such_task(std::string_view id) {
  return Error(ErrorKind::not_found, "task_not_found",
               fmt::format("Task with id {} does not exist.", id));
}

/// The id in the path; one that is no positive integer names no task. What is not even an integer
/// is a malformed path, as the classic service says.
Result<core::TaskId> task_id(const http::Request& request) {
  const std::string_view text = request.parameter("id");
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) {
    return Error(ErrorKind::invalid_argument, "invalid_id", "The task's id must be an integer.")
        .with_field("id", "must be an integer");
  }
  if (error != std::errc() || id < 1) return no_such_task(text);
  return core::TaskId{id};
}

/// The error of a look at a task, in the classic words.
Error in_classic_words(const Error& error, core::TaskId id) {
  const bool is_missing = error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::gone;
  return is_missing ? no_such_task(std::to_string(id.value)) : error;
}

/// Without an offset, with as many digits as Python writes: none, or six.
std::string classic_time(core::Timestamp time) {
  std::string text = core::format_rfc3339(time);
  text.pop_back();  // the Z
  constexpr std::string_view kNoFraction = ".000000";
  if (text.ends_with(kNoFraction)) text.resize(text.size() - kNoFraction.size());
  return text;
}

std::string input_path(const tasks::Task& task) {
  const bool is_png = task.input.content_type == "image/png";
  return fmt::format("img_{}.{}", task.id.value, is_png ? "png" : "jpeg");
}

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
    const auto id = query.integer(name, INT64_MIN, INT64_MAX);
    if (!call.request.target.query.get(name)) query.refuse(name, "is missing");
    return core::ModelId{id.value_or(0)};
  };
  const core::ModelId detector = read("detection_model_id");
  const core::ModelId classifier = read("classification_model_id");
  if (auto finished = query.finish(); !finished) return finished.error();
  const catalog::Catalog& catalog = call.services.pipeline.catalog();
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

/// One page of the classic list, in the form of its rows with commas between them.
struct ClassicPage {
  std::string rows;
  std::optional<std::string> next_cursor;
};

Result<ClassicPage> read_page(const Services& services, core::UserId user,
                              const std::optional<std::string>& cursor) {
  const auto page = services.pipeline.tasks().list(user, {}, kPage, cursor);
  if (!page) return page.error();
  ClassicPage read{{}, page->next_cursor};
  for (const tasks::Task& task : page->tasks) {
    if (!read.rows.empty()) read.rows += ',';
    read.rows += http::dump_json({{"id", task.id.value},
                                  {"status", tasks::to_string(task.status)},
                                  {"created_at", classic_time(task.created_at)},
                                  {"input_path", input_path(task)}});
  }
  return read;
}

http::Task<void> send_list(const Services& services, core::UserId user, ClassicPage page,
                           http::StreamWriter& writer, http::Context& context) {
  std::string text = "{\"tasks\":[" + page.rows;
  while (page.next_cursor) {
    const bool is_written = co_await writer.write(text);
    if (!is_written) co_return;
    auto read = [&] { return read_page(services, user, page.next_cursor); };
    auto next = co_await context.run_blocking(read);
    // Cuts the connection: a list that ends early must not look whole.
    if (!next) throw std::runtime_error(next.error().code() + ": " + next.error().detail());
    page = *std::move(next);
    text = page.rows.empty() ? "" : "," + page.rows;
  }
  text += "]}";
  co_await writer.write(text);
}

/// The classic list has no pages, so it is sent as it is read: however many tasks there are, one
/// page of them is in memory.
http::Task<Answer> list_tasks(Call call) {
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto read = [&] { return read_page(services, user, std::nullopt); };
  const auto first = co_await call.context.run_blocking(read);
  if (!first) co_return first.error();
  auto produce = [&services, user, first = *first](http::StreamWriter& writer,
                                                   http::Context& context) {
    return send_list(services, user, first, writer, context);
  };
  co_return http::Response::stream(kJson, std::move(produce)).with("Cache-Control", "no-store");
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
  const auto model = services.pipeline.model(task.classifier.name);
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
                           {"created_at", classic_time(task->created_at)},
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
  auto response = co_await send_input(call, *id);
  if (!response) co_return in_classic_words(response.error(), *id);
  co_return response;
}

json classic_primitive(const geometry::Primitive& primitive, geometry::ImageSize picture) {
  json row = {{"primitive_class", primitive.class_name}, {"probability", primitive.probability}};
  const auto corners = geometry::normalised_corners(primitive.box, picture);
  for (std::size_t at = 0; at < corners.size(); ++at) {
    row[fmt::format("x{}", at + 1)] = std::clamp(corners[at].x, 0.0, 1.0);
    row[fmt::format("y{}", at + 1)] = std::clamp(corners[at].y, 0.0, 1.0);
  }
  return row;
}

json classic_result(const std::optional<tasks::Outcome>& outcome) {
  json document = {
      {"image_class", nullptr}, {"class_probs", json::object()}, {"primitives", json::array()}};
  if (!outcome) return document;
  if (outcome->scene) document["image_class"] = *outcome->scene;
  for (const auto& [name, probability] : outcome->scenes) {
    document["class_probs"][name] = probability;
  }
  for (const geometry::Primitive& primitive : outcome->candidates) {
    if (primitive.probability < outcome->threshold) continue;
    document["primitives"].push_back(classic_primitive(primitive, outcome->image));
  }
  return document;
}

std::string to_base64(std::span<const std::byte> bytes) {
  std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return text;
}

/// The picture between two pieces of JSON.
struct ClassicResult {
  std::string before;
  storage::OpenBlob picture;
  std::string after;
};

Result<ClassicResult> look_up_result(const Services& services, core::UserId user, core::TaskId id) {
  const auto task = services.pipeline.tasks().get(user, id);
  if (!task) return task.error();
  const auto outcome = services.pipeline.tasks().result(user, id);
  if (!outcome) return outcome.error();
  auto input = services.pipeline.open_input(*task);
  if (!input) return input.error();
  return ClassicResult{
      fmt::format(R"({{"id":{},"img":")", id.value), *std::move(input),
      fmt::format(R"(","result":{},"status":{}}})", http::dump_json(classic_result(*outcome)),
                  http::dump_json(tasks::to_string(task->status)))};
}

/// The base64 of the file's bytes from `offset` on: kPiece of them, or what is left. Errors:
/// internal `file_unreadable`.
Result<std::string> encode_piece(const storage::OpenBlob& file, std::int64_t offset) {
  std::array<std::byte, kPiece> bytes{};
  const auto wanted = static_cast<std::size_t>(std::min<std::int64_t>(kPiece, file.size - offset));
  std::size_t size = 0;
  while (size < wanted) {
    const ssize_t count = ::pread(file.file.get(), bytes.data() + size, wanted - size,
                                  offset + static_cast<std::int64_t>(size));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      return Error(
          ErrorKind::internal, "file_unreadable",
          count == 0 ? "The file is shorter than it was." : std::generic_category().message(errno));
    }
    size += static_cast<std::size_t>(count);
  }
  return to_base64({bytes.data(), size});
}

http::Task<void> send_result(const ClassicResult& result, http::StreamWriter& writer,
                             http::Context& context) {
  const bool is_begun = co_await writer.write(result.before);
  if (!is_begun) co_return;
  for (std::int64_t offset = 0; offset < result.picture.size; offset += kPiece) {
    auto encode = [&] { return encode_piece(result.picture, offset); };
    auto piece = co_await context.run_blocking(encode);
    // The file is most likely in memory: rather a short read here than an answer cut off.
    if (!piece && piece.error().code() == "overloaded") piece = encode();
    if (!piece) throw std::runtime_error(piece.error().code() + ": " + piece.error().detail());
    const bool is_written = co_await writer.write(*piece);
    if (!is_written) co_return;
  }
  co_await writer.write(result.after);
}

/// Sent piece by piece: a picture may have many megabytes, its base64 a third more, and a client
/// may take minutes to read it.
http::Task<Answer> get_result(Call call) {
  const auto id = task_id(call.request);
  if (!id) co_return id.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return look_up_result(services, user, *id); };
  auto found = co_await call.context.run_blocking(look);
  if (!found) co_return in_classic_words(found.error(), *id);
  auto produce = [result = std::make_shared<const ClassicResult>(*std::move(found))](
                     http::StreamWriter& writer, http::Context& context) {
    return send_result(*result, writer, context);
  };
  co_return http::Response::stream(kJson, std::move(produce)).with("Cache-Control", "no-store");
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

// --- models and pages ---------------------------------------------------------------------------

http::Task<Answer> list_models(Call call) {
  json document = {{"detection_models", json::array()}, {"classification_models", json::array()}};
  for (const catalog::Model& model : call.services.pipeline.catalog().list()) {
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

std::span<const RouteRow> classic_routes() {
  return kRoutes;
}

}  // namespace geond::api
