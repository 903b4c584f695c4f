// SPDX-License-Identifier: MIT
#include "openapi.hpp"

#include <cctype>
#include <set>
#include <variant>

#include "geond/http/problem.hpp"
#include "test_api.hpp"

using namespace geond;
using api::test::TestApi;
using nlohmann::json;

namespace {

json document() {
  return json::parse(api::openapi_document().content);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::set<std::string> served_routes() {
  TestApi at;
  std::set<std::string> names;
  for (const http::Route* route : at.router().routes()) {
    names.insert(lower(http::method_name(route->method)) + " " + route->pattern);
  }
  return names;
}

std::set<std::string> described_routes() {
  std::set<std::string> names;
  const json all = document();
  for (const auto& [path, item] : all["paths"].items()) {
    for (const auto& [method, operation] : item.items()) {
      if (method != "parameters") names.insert(method + " " + path);
    }
  }
  return names;
}

}  // namespace

TEST_CASE("every route that is served is in the document, and the other way round") {
  const auto served = served_routes();
  const auto described = described_routes();
  for (const std::string& route : served) {
    CAPTURE(route);
    CHECK(described.contains(route));
  }
  for (const std::string& route : described) {
    CAPTURE(route);
    CHECK(served.contains(route));
  }
}

TEST_CASE("every reference in the document leads somewhere") {
  const json all = document();
  const std::string text(api::openapi_document().content);
  const std::string mark = "\"$ref\": \"#";
  int count = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    const std::string pointer = text.substr(begin, text.find('"', begin) - begin);
    CAPTURE(pointer);
    CHECK(all.contains(json::json_pointer(pointer)));
    ++count;
  }
  CHECK(count > 100);
}

TEST_CASE("the query parameters of the document are those that the routes know") {
  TestApi at;
  const std::string admin = at.key_of("admin", auth::Role::admin);
  const json all = document();
  for (const auto& [path, item] : all["paths"].items()) {
    if (!path.starts_with("/api/v1/") || path.find('{') != std::string::npos) continue;
    for (const auto& [method, operation] : item.items()) {
      if (method != "get" || path == "/api/v1/events") continue;
      CAPTURE(path);
      const auto refused = at.get(path + "?no_such_parameter=1", admin);
      CHECK(refused.code() == "unknown_parameter");
      const std::string detail = refused.json()["errors"][0]["detail"];
      for (const json& written : operation.value("parameters", json::array())) {
        const json& parameter =
            written.contains("$ref")
                ? all.at(json::json_pointer(written["$ref"].get<std::string>().substr(1)))
                : written;
        if (parameter["in"] != "query") continue;
        CHECK(detail.find(parameter["name"].get<std::string>()) != std::string::npos);
      }
    }
  }
}

TEST_CASE("the example of a fault of the server's is what a fault is answered with") {
  const json all = document();
  const json& media =
      all["components"]["responses"]["Internal"]["content"]["application/problem+json"];
  const std::string id = media["example"]["request_id"];
  const core::Error fault(core::ErrorKind::internal, "internal_error", "not for clients");
  const http::Response response = http::make_problem(fault, id);
  CHECK(json::parse(std::get<std::string>(response.body)) == media["example"]);
}

TEST_CASE("the document is served, and not twice to who has it") {
  TestApi at;
  const auto served = at.get("/openapi.json", "");
  CHECK(served.status == 200);
  CHECK(served.json()["openapi"] == "3.1.0");
  const std::string etag(served.headers.get_or("ETag", ""));
  CHECK(at.call("GET", "/openapi.json", "", "", "", {{"If-None-Match", etag}}).status == 304);
}
