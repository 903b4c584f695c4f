// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "classic.hpp"
#include "geond/http/json.hpp"
#include "geond/pipeline/pipeline.hpp"

namespace geond::api::classic {
namespace {

using core::Result;

constexpr int kPage = 200;

/// One page of the list, in the form of its rows with commas between them.
struct Page {
  std::string rows;
  std::optional<std::string> next_cursor;
};

Result<Page> read_page(const Services& services, core::UserId user,
                       const std::optional<std::string>& cursor) {
  const auto page = services.pipeline.tasks().list(user, {}, kPage, cursor);
  if (!page) return page.error();
  Page read{{}, page->next_cursor};
  for (const tasks::Task& task : page->tasks) {
    if (!read.rows.empty()) read.rows += ',';
    read.rows += http::dump_json({{"id", task.id.value},
                                  {"status", tasks::to_string(task.status)},
                                  {"created_at", time_text(task.created_at)},
                                  {"input_path", input_path(task)}});
  }
  return read;
}

http::Task<void> send_list(const Services& services, core::UserId user, Page page,
                           http::StreamWriter& writer, http::Context& context) {
  std::string text = "{\"tasks\":[" + page.rows;
  while (page.next_cursor) {
    const bool is_written = co_await writer.write(text);
    if (!is_written) co_return;
    auto read = [&] { return read_page(services, user, page.next_cursor); };
    auto next = co_await context.run_blocking_unrefused(read);
    // Cuts the connection: a list that ends early must not look whole.
    if (!next) throw std::runtime_error(next.error().code() + ": " + next.error().detail());
    page = *std::move(next);
    text = page.rows.empty() ? "" : "," + page.rows;
  }
  text += "]}";
  co_await writer.write(text);
}

}  // namespace

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

}  // namespace geond::api::classic
