// SPDX-License-Identifier: MIT
#include "input_reader.hpp"

#include <doctest/doctest.h>

#include "cursor.hpp"
#include "geond/http/json.hpp"

using namespace geond;
using api::Need;
using api::ObjectReader;
using api::QueryReader;

namespace {

http::Request request_with(std::string_view query) {
  http::Request request;
  const auto target = http::parse_target("/x?" + std::string(query));
  REQUIRE(target.has_value());
  request.target = *target;
  return request;
}

std::vector<std::string> fields_of(const core::Error& error) {
  std::vector<std::string> fields;
  for (const core::FieldError& field : error.fields()) fields.push_back(field.field);
  return fields;
}

}  // namespace

TEST_CASE("everything that is wrong with an object is told at once") {
  const auto body = http::parse_json(
      R"({"name": 7, "count": -1, "ratio": 2, "kind": "x", "place": [1], "flag": 1, "extra": 0})");
  REQUIRE(body.has_value());
  ObjectReader reader(*body);
  reader.text("name", 1, 5, Need::required);
  reader.text("missing", 1, 5, Need::required);
  reader.integer("count", 0, 10);
  reader.number("ratio", 0, 1);
  reader.choice("kind", {"a", "b"}, Need::required);
  reader.pair("place", 0, 1);
  reader.boolean("flag");
  const auto finished = reader.finish();
  REQUIRE(finished.has_error());
  CHECK(finished.error().code() == "invalid_body");
  CHECK(fields_of(finished.error()) == std::vector<std::string>{"name", "missing", "count", "ratio",
                                                                "kind", "place", "flag", "extra"});
}

TEST_CASE("numbers outside of their type's range are refused, not wrapped") {
  for (const char* text : {"18446744073709551615", "9223372036854775808", "1e400", "-1", "1.5",
                           "\"1\"", "true", "null"}) {
    CAPTURE(text);
    const auto body = http::parse_json(std::string(R"({"id": )") + text + "}");
    if (!body) continue;  // 1e400 may be refused by the parser already
    ObjectReader reader(*body);
    reader.integer("id", 1, INT64_MAX);
    CHECK(reader.finish().has_error());
  }
}

TEST_CASE("what is not an object is refused as a whole") {
  for (const char* text : {"[]", "1", "\"a\"", "null", "[[[[]]]]"}) {
    CAPTURE(text);
    const auto body = http::parse_json(text);
    REQUIRE(body.has_value());
    ObjectReader reader(*body);
    CHECK(reader.finish().has_error());
  }
}

TEST_CASE("query parameters are read strictly") {
  const auto request = request_with("limit=5&ratio=0.25&since=2025-01-20T18:25:43Z&q=a+b");
  QueryReader query(request);
  CHECK(query.integer("limit", 1, 10) == 5);
  CHECK(query.number("ratio", 0, 1) == 0.25);
  CHECK(query.time("since").has_value());
  CHECK(query.text("q", 10) == "a b");
  CHECK_FALSE(query.integer("absent", 1, 10).has_value());
  CHECK(query.finish().has_value());
}

TEST_CASE("bad query parameters are refused by name") {
  for (const char* text : {"limit=", "limit=0", "limit=11", "limit=x", "limit=1.5", "limit=+5",
                           "limit=5%00", "limit=5&limit=6", "limit=99999999999999999999"}) {
    CAPTURE(text);
    http::Request request;
    const auto target = http::parse_target("/x?" + std::string(text));
    if (!target) continue;  // a NUL does not come so far
    request.target = *target;
    QueryReader query(request);
    query.integer("limit", 1, 10);
    const auto finished = query.finish();
    REQUIRE(finished.has_error());
    CHECK(finished.error().code() == "invalid_query");
    CHECK(fields_of(finished.error()) == std::vector<std::string>{"limit"});
  }
  for (const char* text : {"p=nan", "p=inf", "p=-0.1", "p=1.01", "p=", "p=0x1", "p=0,5"}) {
    CAPTURE(text);
    const auto request = request_with(text);
    QueryReader query(request);
    query.number("p", 0, 1);
    CHECK(query.finish().has_error());
  }
}

TEST_CASE("what a number must be is said once") {
  const auto request = request_with("p=2");
  QueryReader query(request);
  query.number("p", 0.05, 1);
  CHECK(query.finish().error().detail() ==
        "The query parameter `p` must be a number from 0.05 to 1.");
  const auto body = http::parse_json(R"({"ratio": 2, "place": [1]})");
  ObjectReader reader(*body);
  reader.number("ratio", 0, 1);
  reader.pair("place", 0, 1);
  const auto finished = reader.finish();
  REQUIRE(finished.error().fields().size() == 2);
  CHECK(finished.error().fields()[0].detail == "must be a number from 0 to 1");
  CHECK(finished.error().fields()[1].detail == "must be two numbers, each from 0 to 1");
}

TEST_CASE("unknown query parameters are named") {
  const auto checked = api::check_query_names(request_with("limt=5&limit=5&x"), "limit cursor");
  REQUIRE(checked.has_error());
  CHECK(checked.error().code() == "unknown_parameter");
  CHECK(fields_of(checked.error()) == std::vector<std::string>{"limt", "x"});
  CHECK(api::check_query_names(request_with("limit=5"), "limit cursor").has_value());
  CHECK(api::check_query_names(request_with("lim=5"), "limit").has_error());
}

TEST_CASE("a cursor comes back as it was made, and no other text is one") {
  const core::UserId user{987654321};
  CHECK(api::read_cursor(api::make_cursor(user)).value() == user);
  CHECK(api::read_cursor(std::nullopt).value() == core::UserId{0});
  for (const std::string text : {"", "12", "u1-", "u1--5", "u1-xyz", "u1-1-1", "c1-5"}) {
    CAPTURE(text);
    const auto read = api::read_cursor(text);
    REQUIRE(read.has_error());
    CHECK(read.error().code() == "invalid_cursor");
  }
}

TEST_CASE("a whole number is one however it is written, if it fits") {
  const auto whole = [](const char* text) {
    return api::whole_number(nlohmann::json::parse(text)).value_or(-1);
  };
  CHECK(whole("12") == 12);
  CHECK(whole("12.0") == 12);
  CHECK(whole("1e3") == 1000);
  CHECK(whole("-7") == -7);
  CHECK(whole("9223372036854775807") == INT64_MAX);
  for (const char* text : {"9223372036854775808", "1.5", "1e300", "\"12\"", "true", "null"}) {
    CAPTURE(text);
    CHECK(whole(text) == -1);
  }
}
