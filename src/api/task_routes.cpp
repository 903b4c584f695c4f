// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "call.hpp"
#include "cursor.hpp"
#include "geond/http/json.hpp"
#include "geond/inference/manifest.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "input_reader.hpp"
#include "task_create.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

using core::Result;
using nlohmann::json;

constexpr std::size_t kMaxBulk = 1'000;
constexpr std::size_t kMaxName = 64;      // of a scene or a class
constexpr std::size_t kMaxStatuses = 10;  // in one filter

http::Response task_response(const TaskView& view, int status = 200) {
  return http::Response::json(http::dump_json(to_json(view)), status)
      .with("Cache-Control", "no-store");
}

/// Changes a task on a thread that may block, and answers with what it is then.
template <class Change>
http::Task<Answer> answer_changed(const Call& call, Change& change, int status = 200) {
  const Services& services = call.services;
  auto change_and_look = [&]() -> Result<TaskView> {
    auto task = change();
    if (!task) return task.error();
    return complete(services, *std::move(task));
  };
  const auto view = co_await call.context.run_blocking(change_and_look);
  if (!view) co_return view.error();
  co_return task_response(*view, status);
}

std::vector<tasks::TaskStatus> read_statuses(QueryReader& query) {
  std::vector<tasks::TaskStatus> statuses;
  const auto names = query.text("status", 200);
  std::size_t begin = 0;
  while (names && begin <= names->size()) {
    const std::size_t comma = std::min(names->find(',', begin), names->size());
    const auto status = tasks::parse_status(std::string_view(*names).substr(begin, comma - begin));
    if (!status) {
      query.refuse("status",
                   "must be queued, in progress, done, failed or cancelled; several separated "
                   "by commas");
      break;
    }
    if (statuses.size() == kMaxStatuses) {
      query.refuse("status", fmt::format("may have {} statuses at most", kMaxStatuses));
      break;
    }
    statuses.push_back(*status);
    begin = comma + 1;
  }
  return statuses;
}

std::optional<std::string> read_name(QueryReader& query, std::string_view name) {
  auto text = query.text(name, kMaxName);
  if (text && text->empty()) query.refuse(name, "must not be empty");
  return text;
}

std::optional<tasks::SceneFilter> read_scene(QueryReader& query) {
  auto name = read_name(query, "scene");
  if (!name) return std::nullopt;
  if (*name == inference::kNoScene) return tasks::SceneFilter{};
  return tasks::SceneFilter{std::move(name)};
}

http::Task<Answer> list_tasks(Call call) {
  QueryReader query(call.request);
  const int limit = read_page_size(query);
  const auto cursor = query.text("cursor", 200);
  tasks::TaskFilter filter;
  filter.statuses = read_statuses(query);
  filter.scene = read_scene(query);
  filter.class_name = read_name(query, "class");
  filter.since = query.time("since");
  filter.until = query.time("until");
  filter.note_contains = query.text("q", 200).value_or("");
  if (auto read = query.finish(); !read) co_return read.error();

  const Services& services = call.services;
  const core::UserId user = call.user();
  auto list = [&]() -> Result<json> {
    auto page = services.pipeline.tasks().list(user, filter, limit, cursor);
    if (!page) return page.error();
    const auto views = complete_all(services, user, std::move(page->tasks));
    if (!views) return views.error();
    json document = {{"tasks", json::array()},
                     {"next_cursor", page->next_cursor ? json(*page->next_cursor) : json()}};
    for (const TaskView& view : *views) document["tasks"].push_back(to_json(view));
    return document;
  };
  const auto document = co_await call.context.run_blocking(list);
  if (!document) co_return document.error();
  co_return http::Response::json(http::dump_json(*document)).with("Cache-Control", "no-store");
}

http::Task<Answer> get_task(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  const Services& services = call.services;
  const core::UserId user = call.user();
  auto look = [&] { return view_task(services, user, {*id}, TaskDetail::with_result); };
  const auto view = co_await call.context.run_blocking(look);
  if (!view) co_return view.error();
  co_return task_response(*view);
}

http::Task<Answer> change_task(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  const std::string note = reader.text("note", 0, kMaxNote, Need::required);
  if (!is_plain_text(note)) reader.refuse("note", "must not contain control characters");
  if (auto read = reader.finish(); !read) co_return read.error();
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  auto change = [&] { return pipeline.set_note(user, {*id}, note); };
  co_return co_await answer_changed(call, change);
}

http::Task<Answer> delete_task(Call call) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  auto remove = [&] { return pipeline.remove(user, {*id}); };
  const auto removed = co_await call.context.run_blocking(remove);
  if (!removed) co_return removed.error();
  co_return http::Response::empty(204);
}

/// Cancels a task or tries it again.
using Act = Result<tasks::Task> (pipeline::Pipeline::*)(core::UserId, core::TaskId);

http::Task<Answer> act_on_task(Call call, Act act, int status) {
  const auto id = call.request.id_parameter("id");
  if (!id) co_return id.error();
  const auto nothing = co_await read_nothing(call.request);
  if (!nothing) co_return nothing.error();
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  auto change = [&] { return (pipeline.*act)(user, {*id}); };
  co_return co_await answer_changed(call, change, status);
}

http::Task<Answer> cancel_task(Call call) {
  return act_on_task(call, &pipeline::Pipeline::cancel, 200);
}

http::Task<Answer> retry_task(Call call) {
  return act_on_task(call, &pipeline::Pipeline::retry, 202);
}

/// What a bulk request asks for.
struct BulkRequest {
  tasks::BulkAction action = tasks::BulkAction::remove;
  std::vector<core::TaskId> ids;
};

Result<BulkRequest> read_bulk(const json& body) {
  BulkRequest request;
  ObjectReader reader(body);
  const auto action = reader.choice("action", {"delete", "retry", "cancel"}, Need::required);
  if (action == "retry") request.action = tasks::BulkAction::retry;
  if (action == "cancel") request.action = tasks::BulkAction::cancel;
  if (const json* ids = reader.array("ids", 1, kMaxBulk)) {
    for (const json& id : *ids) {
      const auto number = whole_number(id);
      if (!number || *number < 1) {
        reader.refuse("ids", fmt::format("must hold integers from 1 to {} only", INT64_MAX));
        break;
      }
      request.ids.push_back({*number});
    }
  }
  if (auto read = reader.finish(); !read) return read.error();
  return request;
}

http::Task<Answer> bulk(Call call) {
  const auto body = co_await http::read_json(call.request);
  if (!body) co_return body.error();
  const auto wanted = read_bulk(*body);
  if (!wanted) co_return wanted.error();
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  auto act = [&] { return pipeline.bulk(user, wanted->action, wanted->ids); };
  const auto items = co_await call.context.run_blocking(act);
  if (!items) co_return items.error();
  json document = {{"results", json::array()}};
  for (const tasks::BulkItem& item : *items) {
    json row = {{"id", item.id.value}, {"ok", !item.error.has_value()}};
    if (item.error) {
      row["error"] = {{"code", item.error->code()}, {"detail", item.error->detail()}};
    }
    document["results"].push_back(std::move(row));
  }
  co_return http::Response::json(http::dump_json(document));
}

constexpr RouteRow kRoutes[] = {
    {http::Method::post, "/api/v1/tasks", Access::signed_in, create_tasks,
     "detector classifier threshold note file_name", kJson, kPictureBody},
    {http::Method::get, "/api/v1/tasks", Access::signed_in, list_tasks,
     "limit cursor status scene class since until q", kJson},
    {http::Method::post, "/api/v1/tasks/bulk", Access::signed_in, bulk, "", kJson, kSmallBody},
    {http::Method::get, "/api/v1/tasks/{id}", Access::signed_in, get_task, "", kJson},
    {http::Method::patch, "/api/v1/tasks/{id}", Access::signed_in, change_task, "", kJson,
     kSmallBody},
    {http::Method::del, "/api/v1/tasks/{id}", Access::signed_in, delete_task},
    {http::Method::post, "/api/v1/tasks/{id}/cancel", Access::signed_in, cancel_task, "", kJson,
     kOptionalBody},
    {http::Method::post, "/api/v1/tasks/{id}/retry", Access::signed_in, retry_task, "", kJson,
     kOptionalBody},
};

}  // namespace

std::span<const RouteRow> task_routes() {
  return kRoutes;
}

}  // namespace geond::api
