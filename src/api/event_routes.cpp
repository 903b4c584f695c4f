// SPDX-License-Identifier: MIT
#include <memory>

#include "call.hpp"
#include "event_stream.hpp"
#include "input_reader.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

http::Task<Answer> events(Call call) {
  QueryReader query(call.request);
  const auto task = query.integer("task", 1, INT64_MAX);
  if (auto read = query.finish(); !read) co_return read.error();
  auto request = std::make_shared<StreamRequest>();
  request->principal = call.principal();
  request->last_event_id = call.request.headers.get_or("Last-Event-ID", "").substr(0, 100);
  const Services& services = call.services;
  if (task) {
    request->only = core::TaskId{*task};
    auto look = [&] {
      return view_task(services, request->principal.user, *request->only,
                       TaskDetail::without_result);
    };
    const auto known = co_await call.context.run_blocking(look);
    if (!known) co_return known.error();
  }
  co_return http::Response::stream(
      "text/event-stream",
      [&services, request](http::StreamWriter& writer, http::Context& context) {
        return run_event_stream(services, *request, writer, context);
      });
}

constexpr RouteRow kRoutes[] = {
    {http::Method::get, "/api/v1/events", Access::signed_in, events, "task", "text/event-stream"},
};

}  // namespace

std::span<const RouteRow> event_routes() {
  return kRoutes;
}

}  // namespace geond::api
