// SPDX-License-Identifier: MIT
#include "geond/api/static_files.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "bare_context.hpp"

using namespace geond;

namespace {

constexpr std::array<core::EmbeddedFile, 3> kFiles{{
    {"index.html", R"(<link href="css/a.css"><script src="js/main.js"></script>)", {}},
    {"js/main.js", "export {};", "gzipped"},
    {"css/a.css", "body {}", {}},
}};

std::optional<http::Response> get(const http::Router& router, std::string_view path,
                                  http::Headers headers = {}) {
  http::Request request;
  request.target = *http::parse_target(path);
  request.headers = std::move(headers);
  const auto match = router.match(http::Method::get, request.target.segments);
  if (match.kind != http::RouteMatch::Kind::found) return std::nullopt;
  api::test::BareContext context;  // Static files need nothing of it.
  return match.route->handler(request, context).run_inline();
}

std::string text_of(const http::Response& response) {
  if (const auto* fixed = std::get_if<http::StaticBody>(&response.body)) {
    return std::string(fixed->text);
  }
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  return {};
}

}  // namespace

TEST_CASE("the page refers to its files under an address that changes with them") {
  http::Router router;
  api::register_static_files(router, kFiles);
  const auto page = get(router, "/");
  REQUIRE(page.has_value());
  const std::string html = text_of(*page);
  const std::size_t at = html.find("\"v/");
  REQUIRE(at != std::string::npos);
  const std::string version = html.substr(at + 3, 16);
  CHECK(html.find("\"v/" + version + "/css/a.css\"") != std::string::npos);
  CHECK(html.find("\"v/" + version + "/js/main.js\"") != std::string::npos);
  CHECK(page->headers.get_or("Cache-Control", "") == "no-cache");

  const auto script = get(router, "/v/" + version + "/js/main.js");
  REQUIRE(script.has_value());
  CHECK(text_of(*script) == "export {};");
  CHECK(script->headers.get_or("Cache-Control", "").find("immutable") != std::string::npos);
  CHECK(get(router, "/js/main.js").has_value());
  CHECK_FALSE(get(router, "/v/0000000000000000/js/main.js").has_value());
}

TEST_CASE("the page allows no inline code and no frames around it") {
  http::Router router;
  api::register_static_files(router, kFiles);
  for (const char* path : {"/", "/index.html"}) {
    CAPTURE(path);
    const auto response = get(router, path);
    REQUIRE(response.has_value());
    const std::string policy(response->headers.get_or("Content-Security-Policy", ""));
    CHECK(policy.find("default-src 'none'") != std::string::npos);
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
  }
  // A script's policy is the server's own, which allows nothing.
  CHECK_FALSE(get(router, "/js/main.js")->headers.contains("Content-Security-Policy"));
}

TEST_CASE("a page that the browser has is not sent again, and scripts come gzipped") {
  http::Router router;
  api::register_static_files(router, kFiles);
  const auto page = get(router, "/");
  http::Headers again;
  again.set("If-None-Match", page->headers.get_or("ETag", ""));
  CHECK(get(router, "/", again)->status == 304);
  http::Headers gzip;
  gzip.set("Accept-Encoding", "gzip");
  CHECK(text_of(*get(router, "/js/main.js", gzip)) == "gzipped");
  CHECK(get(router, "/js/main.js", gzip)->headers.get_or("Content-Encoding", "") == "gzip");
}
