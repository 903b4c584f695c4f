// SPDX-License-Identifier: MIT
#include "geond/http/json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "geond/http/problem.hpp"
#include "memory_body.hpp"

using namespace geond::http;
using geond::core::Error;
using geond::core::ErrorKind;
using geond::http::testing::MemoryBody;
using nlohmann::json;

TEST_CASE("malformed JSON is refused with its position") {
  struct Row {
    std::string text;
    std::string_view code;
    std::string_view detail;
  };
  const std::vector<Row> rows{
      {"", "invalid_json", "line 1"},
      {"{\"a\":1,}", "invalid_json", "column 8"},
      {"{\"a\":1}x", "invalid_json", "column 8"},
      {"[1,\n 2,\n x]", "invalid_json", "line 3"},
      {"// c\n1", "invalid_json", "line 1"},
      {"[NaN]", "invalid_json", "column 2"},
      {"[01]", "invalid_json", "column 3"},
      {"'a'", "invalid_json", "column 1"},
      {"\"\x01\"", "invalid_json", "control character"},
      {"\"\xff\"", "invalid_json", "UTF-8"},
      {"\"\\ud800\"", "invalid_json", "surrogate"},
      {"1e999", "invalid_json", "overflow"},
      {"{\"a\":1,\"a\":2}", "invalid_json", "twice"},
      {"[{\"b\":{},\"b\":2}]", "invalid_json", "twice"},
      {std::string(65, '[') + std::string(65, ']'), "json_too_deep", "64"},
      {std::string(500'000, '['), "json_too_deep", "64"},
      {"{\"a\":" + std::string(64, '[') + std::string(64, ']') + "}", "json_too_deep", "64"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text.substr(0, 40));
    const auto parsed = parse_json(row.text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code() == row.code);
    CHECK(parsed.error().kind() == ErrorKind::bad_request);
    CHECK(parsed.error().detail().find(row.detail) != std::string::npos);
  }
}

TEST_CASE("well-formed JSON is read, down to the deepest level allowed") {
  CHECK(*parse_json("{\"a\":{\"b\":1},\"b\":[{\"a\":null},{\"a\":true}]}") ==
        json::parse("{\"a\":{\"b\":1},\"b\":[{\"a\":null},{\"a\":true}]}"));
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']')).has_value());
  CHECK(*parse_json(" \"\xd1\x8f\" ") == "\xd1\x8f");
}

TEST_CASE("a body is read as JSON only if it says so and is not too large") {
  const auto read = [](std::string text, std::string_view type, std::uint64_t limit) {
    MemoryBody body(std::move(text), 3);
    Request request;
    request.body_reader = &body;
    if (!type.empty()) request.headers.add("Content-Type", type);
    return read_json(request, limit).run_inline();
  };
  CHECK((*read("{\"a\":1}", "application/json; charset=utf-8", 100))["a"] == 1);
  CHECK(read("[]", "application/merge-patch+json", 100).has_value());
  CHECK(read("[]", "text/plain", 100).error().kind() == ErrorKind::unsupported_media);
  CHECK(read("[]", "", 100).error().code() == "unsupported_content_type");
  CHECK(read("[1,2,3]", "application/json", 6).error().code() == "body_too_large");
}

TEST_CASE("a problem document says what RFC 9457 asks for and what geond adds") {
  const Error error = Error(ErrorKind::invalid_argument, "invalid_query", "Two fields are wrong.")
                          .with_field("limit", "must be 1 to 200");
  const Response response = make_problem(error, "req-1");
  CHECK(response.status == 422);
  CHECK(response.headers.get("Content-Type") == "application/problem+json");
  const json document = json::parse(std::get<std::string>(response.body));
  CHECK(document["type"] == "about:blank");
  CHECK(document["title"] == "Unprocessable Content");
  CHECK(document["status"] == 422);
  CHECK(document["detail"] == "Two fields are wrong.");
  CHECK(document["code"] == "invalid_query");
  CHECK(document["request_id"] == "req-1");
  CHECK(document["errors"] == json::parse(R"([{"field":"limit","detail":"must be 1 to 200"}])"));
}

TEST_CASE("the detail of an internal error stays in the log") {
  const Response response = make_problem(Error(ErrorKind::internal, "sql_failed", "secret"), "r");
  CHECK(std::get<std::string>(response.body).find("secret") == std::string::npos);
  CHECK(response.log_detail.find("sql_failed: secret") != std::string::npos);
  CHECK(response.problem_code == "sql_failed");
}

TEST_CASE("bytes that are not UTF-8 do not break a problem document") {
  const Response response = make_problem(Error(ErrorKind::conflict, "x",
                                               "a\xff"
                                               "b"),
                                         "r");
  CHECK(json::parse(std::get<std::string>(response.body))["detail"] ==
        "a\xef\xbf\xbd"
        "b");
}

TEST_CASE("every kind of error has its status, and some codes their own") {
  struct Row {
    ErrorKind kind;
    const char* code;
    int status;
  };
  for (const Row& row :
       {Row{ErrorKind::invalid_argument, "x", 422}, Row{ErrorKind::bad_request, "x", 400},
        Row{ErrorKind::unauthenticated, "x", 401}, Row{ErrorKind::forbidden, "x", 403},
        Row{ErrorKind::not_found, "x", 404}, Row{ErrorKind::conflict, "x", 409},
        Row{ErrorKind::gone, "x", 410}, Row{ErrorKind::too_large, "x", 413},
        Row{ErrorKind::unsupported_media, "x", 415}, Row{ErrorKind::unprocessable, "x", 422},
        Row{ErrorKind::too_many_requests, "x", 429}, Row{ErrorKind::unavailable, "x", 503},
        Row{ErrorKind::storage_full, "x", 507}, Row{ErrorKind::internal, "x", 500},
        Row{ErrorKind::bad_request, "not_acceptable", 406},
        Row{ErrorKind::unavailable, "body_timeout", 408}}) {
    CAPTURE(row.status);
    CHECK(status_of(Error(row.kind, row.code, "")) == row.status);
  }
  CHECK(make_problem(Error(ErrorKind::unauthenticated, "x", ""), "r")
            .headers.get("WWW-Authenticate") == "Bearer");
}

// 507 told no time, and a server whose database was lost was asked again each second.
TEST_CASE("what passes says when to ask again, later where somebody has to mend it") {
  struct Row {
    ErrorKind kind;
    const char* code;
    const char* seconds;
  };
  for (const Row& row :
       {Row{ErrorKind::unavailable, "queue_full", "1"},
        Row{ErrorKind::too_many_requests, "queue_share_full", "1"},
        Row{ErrorKind::storage_full, "disk_watermark", "30"},
        Row{ErrorKind::storage_full, "storage_full", "30"},
        Row{ErrorKind::unavailable, "database_moved", "30"},
        Row{ErrorKind::unavailable, "database_corrupt", "30"},
        Row{ErrorKind::unavailable, "no_model", "30"},
        Row{ErrorKind::conflict, "task_finished", "none"}, Row{ErrorKind::internal, "x", "none"}}) {
    CAPTURE(row.code);
    CHECK(make_problem(Error(row.kind, row.code, ""), "r").headers.get_or("Retry-After", "none") ==
          row.seconds);
  }
}
