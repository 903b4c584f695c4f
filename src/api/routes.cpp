// SPDX-License-Identifier: MIT
#include "geond/api/routes.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "access.hpp"
#include "call.hpp"
#include "content_hash.hpp"
#include "geond/http/etag.hpp"
#include "geond/http/media_type.hpp"
#include "geond/http/problem.hpp"
#include "guarded_body.hpp"
#include "input_reader.hpp"
#include "words.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;

core::Result<void> check_head(const RouteRow& row, const http::Request& request) {
  if (!row.produces.empty()) {
    if (auto agreed = http::negotiate(request, words(row.produces)); !agreed) {
      return agreed.error();
    }
  }
  if (row.query == kAnyQuery) return core::ok();
  return check_query_names(request, row.query);
}

/// Whether somebody has to be known, or wants to be.
bool is_authenticated(Access access, const http::Request& request) {
  if (access == Access::optional) return bearer_of(request).source != Bearer::Source::none;
  return access != Access::anyone;
}

/// Bodies are read as they are: one that is compressed would be taken for a broken picture or
/// broken JSON. Errors: unsupported_media `unsupported_content_encoding` (RFC 9110, 8.4).
core::Result<void> check_content_encoding(const http::Request& request) {
  if (!request.body_reader->has_body()) return core::ok();
  for (const std::string_view value : request.headers.all("Content-Encoding")) {
    if (value.empty() || http::equals_ignoring_case(value, "identity")) continue;
    return Error(ErrorKind::unsupported_media, "unsupported_content_encoding",
                 fmt::format("The body comes with Content-Encoding: {}, which is not read here. "
                             "Send it as it is, without that header.",
                             value.substr(0, 64)))
        .with_field("Content-Encoding", "must be identity, or left out");
  }
  return core::ok();
}

http::Task<Answer> run(const RouteRow& row, const Services& services, http::Request& request,
                       http::Context& context) {
  std::optional<auth::Principal> principal;
  if (row.access == Access::anyone || row.access == Access::optional) {
    if (auto checked = check_no_foreign_page(request); !checked) co_return checked.error();
  }
  if (is_authenticated(row.access, request)) {
    auto known = co_await authenticate(services.auth, request, context);
    if (!known) co_return known.error();
    principal = *std::move(known);
    if (auto checked = check_role(row.access, *principal); !checked) co_return checked.error();
  }
  if (auto checked = check_head(row, request); !checked) co_return checked.error();
  if (auto checked = check_content_encoding(request); !checked) {
    co_return http::make_problem(checked.error(), request).with("Accept-Encoding", "identity");
  }
  const Call call{services, request, context, principal ? &*principal : nullptr};
  std::optional<GuardedBody> body;
  if (principal) body.emplace(call, *principal, row.access);
  co_return co_await row.handler(call);
}

/// A document that may be kept gets an ETag of its content, and is not sent to who has it.
http::Response tagged(const http::Request& request, http::Response response) {
  const auto* text = std::get_if<std::string>(&response.body);
  const bool is_document =
      text != nullptr && response.status == 200 && !response.headers.contains("Cache-Control") &&
      (request.method == http::Method::get || request.method == http::Method::head);
  if (!is_document) return response;
  const std::string etag = http::strong_etag(content_hash(*text));
  if (http::is_not_modified(request, etag)) return http::not_modified(etag);
  response.headers.set("ETag", etag);
  return response;
}

http::Task<http::Response> answer(const RouteRow& row, const Services& services,
                                  http::Request& request, http::Context& context) {
  auto answered = co_await run(row, services, request, context);
  if (answered) co_return tagged(request, std::move(*answered));
  co_return http::make_problem(answered.error(), request);
}

}  // namespace

void register_routes(http::Router& router, const Services& services) {
  const std::array tables = {auth_routes(),   user_routes(),      session_routes(), key_routes(),
                             task_routes(),   task_file_routes(), event_routes(),   model_routes(),
                             system_routes(), classic_routes()};
  for (const std::span<const RouteRow> table : tables) {
    for (const RouteRow& row : table) {
      auto handler = [&row, &services](http::Request& request, http::Context& context) {
        return answer(row, services, request, context);
      };
      router.add(row.method, row.pattern, handler, row.options);
    }
  }
}

}  // namespace geond::api
