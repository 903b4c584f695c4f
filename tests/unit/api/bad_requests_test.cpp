// SPDX-License-Identifier: MIT
#include <string>
#include <vector>

#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;

namespace {

constexpr const char* kJsonType = "application/json";

struct Row {
  const char* method;
  const char* target;
  std::string body;
  const char* type;
  int status;
  const char* code;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> table = {
      // what is not there
      {"GET", "/nowhere", "", "", 404, "not_found"},
      {"GET", "/api/v1/tasks/99", "", "", 404, "task_not_found"},
      {"GET", "/api/v1/tasks/0", "", "", 404, "not_found"},
      {"GET", "/api/v1/tasks/-1", "", "", 404, "not_found"},
      {"GET", "/api/v1/tasks/abc", "", "", 404, "not_found"},
      {"GET", "/api/v1/tasks/99999999999999999999", "", "", 404, "not_found"},
      {"GET", "/api/v1/models/none", "", "", 404, "model_not_found"},
      {"POST", "/api/v1/models/none/predict", "x", "image/jpeg", 404, "model_not_found"},
      {"DELETE", "/api/v1/keys/99", "", "", 404, "key_not_found"},
      {"GET", "/api/v1/users/99", "", "", 404, "user_not_found"},
      // methods
      {"PUT", "/api/v1/tasks", "", "", 405, "method_not_allowed"},
      {"DELETE", "/api/v1/models", "", "", 405, "method_not_allowed"},
      {"PATCH", "/api/v1/tasks/1/result", "", "", 405, "method_not_allowed"},
      // queries
      {"GET", "/api/v1/tasks?limt=5", "", "", 422, "unknown_parameter"},
      {"GET", "/api/v1/tasks?limit=0", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?limit=201", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?limit=5&limit=6", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?status=finished", "", "", 422, "invalid_query"},
      {"GET",
       "/api/v1/tasks?status=done,done,done,done,done,done,done,done,done,done,done",  // 11 times
       "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?since=yesterday", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?scene=", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?cursor=nonsense", "", "", 422, "invalid_cursor"},
      {"GET", "/api/v1/tasks?q=%01", "", "", 422, "invalid_query"},
      {"GET", "/api/v1/tasks?q=%ff", "", "", 400, "bad_encoding"},
      {"GET", "/api/v1/users?cursor=zz", "", "", 422, "invalid_cursor"},
      {"GET", "/api/v1/models?x", "", "", 422, "unknown_parameter"},
      {"GET", "/api/v1/events?task=x", "", "", 422, "invalid_query"},
      {"POST", "/api/v1/tasks?threshold=0", "x", "image/jpeg", 422, "invalid_query"},
      {"POST", "/api/v1/tasks?threshold=nan", "x", "image/jpeg", 422, "invalid_query"},
      {"POST", "/api/v1/tasks?detecter=a", "x", "image/jpeg", 422, "unknown_parameter"},
      // pictures
      {"POST", "/api/v1/tasks", "", "image/jpeg", 422, "image_empty"},
      {"POST", "/api/v1/tasks", "hello, this is no picture at all", "image/jpeg", 415,
       "unsupported_format"},
      {"POST", "/api/v1/tasks", "GIF89a and then some more of it.......", "image/gif", 415,
       "unsupported_format"},
      {"POST", "/api/v1/tasks", "{}", kJsonType, 415, "unsupported_content_type"},
      {"POST", "/api/v1/tasks", TestApi::picture().substr(0, 200), "image/jpeg", 422,
       "image_broken"},
      {"POST", "/api/v1/tasks", TestApi::picture() + std::string(2U << 20, 'x'), "image/jpeg", 413,
       "body_too_large"},
      {"POST", "/api/v1/tasks?detector=none", TestApi::picture(), "image/jpeg", 422,
       "unknown_model"},
      {"POST", "/api/v1/tasks?classifier=geon-detector", TestApi::picture(), "image/jpeg", 422,
       "unknown_model"},
      {"POST", "/api/v1/tasks", api::test::form_of({}), api::test::kFormType, 422, "missing_part"},
      {"POST", "/api/v1/tasks", "nonsense", api::test::kFormType, 400, "bad_multipart"},
      {"POST", "/api/v1/tasks", "nonsense", "multipart/form-data", 400, "bad_multipart"},
      {"POST", "/api/v1/tasks", "nonsense", "multipart/mixed; boundary=x", 415,
       "unsupported_content_type"},
      {"POST", "/api/v1/models/geon-detector/predict",
       api::test::form_of({TestApi::picture(), TestApi::picture()}), api::test::kFormType, 413,
       "too_many_pictures"},
      // documents
      {"POST", "/api/v1/keys", "{", kJsonType, 400, "invalid_json"},
      {"POST", "/api/v1/keys", "{} {}", kJsonType, 400, "invalid_json"},
      {"POST", "/api/v1/keys", std::string(1000, '['), kJsonType, 400, "json_too_deep"},
      {"POST", "/api/v1/keys", R"({"name": "a", "name": "b"})", kJsonType, 400, "invalid_json"},
      {"POST", "/api/v1/keys", R"({"name": "a"})", "text/plain", 415, "unsupported_content_type"},
      {"POST", "/api/v1/keys", R"({"name": "a"})", "", 415, "unsupported_content_type"},
      {"POST", "/api/v1/keys", R"({"nam": "a"})", kJsonType, 422, "invalid_body"},
      {"POST", "/api/v1/keys", R"({"name": 1})", kJsonType, 422, "invalid_body"},
      {"POST", "/api/v1/keys", R"({"name": ""})", kJsonType, 422, "invalid_body"},
      {"POST", "/api/v1/keys", R"({"name": "a\nb"})", kJsonType, 422, "invalid_key_name"},
      {"POST", "/api/v1/keys", "[]", kJsonType, 422, "invalid_body"},
      {"POST", "/api/v1/keys", R"({"name": ")" + std::string(2'000'000, 'a') + "\"}", kJsonType,
       413, "body_too_large"},
      {"POST", "/api/v1/auth/login", R"({"username": "a"})", kJsonType, 422, "invalid_body"},
      {"POST", "/api/v1/auth/login", R"({"username": "a", "password": "b"})", kJsonType, 401,
       "wrong_credentials"},
      {"POST", "/api/v1/auth/link", R"({"token": "none"})", kJsonType, 401, "invalid_link"},
      {"POST", "/api/v1/auth/refresh", R"({"refresh_token": "none"})", kJsonType, 401,
       "invalid_refresh_token"},
      {"POST", "/api/v1/auth/refresh", "{}", kJsonType, 401, "invalid_refresh_token"},
      {"POST", "/api/v1/users", R"({"name": "a b", "password": "long enough"})", kJsonType, 422,
       "invalid_user_name"},
      {"POST", "/api/v1/users", R"({"name": "a", "password": "short"})", kJsonType, 422,
       "invalid_password"},
      {"POST", "/api/v1/users", R"({"name": "ADMIN", "password": "long enough"})", kJsonType, 409,
       "user_exists"},
      {"POST", "/api/v1/users", R"({"name": "a", "password": "long enough", "role": "god"})",
       kJsonType, 422, "invalid_body"},
      {"PATCH", "/api/v1/users/1", R"({"disabled": true})", kJsonType, 409, "last_admin"},
      {"PATCH", "/api/v1/users/1", R"({"role": "user"})", kJsonType, 409, "last_admin"},
      {"DELETE", "/api/v1/users/1", "", "", 409, "last_admin"},
      {"PATCH", "/api/v1/users/1", "{}", kJsonType, 422, "invalid_body"},
      {"PATCH", "/api/v1/users/me", R"({"current_password": "x", "password": "long enough"})",
       kJsonType, 403, "wrong_credentials"},
      {"POST", "/api/v1/tasks/bulk", R"({"action": "explode", "ids": [1]})", kJsonType, 422,
       "invalid_body"},
      {"POST", "/api/v1/tasks/bulk", R"({"action": "delete", "ids": []})", kJsonType, 422,
       "invalid_body"},
      {"POST", "/api/v1/tasks/bulk", R"({"action": "delete", "ids": [-1]})", kJsonType, 422,
       "invalid_body"},
      {"POST", "/api/v1/tasks/bulk", R"({"action": "delete", "ids": ["1"]})", kJsonType, 422,
       "invalid_body"},
      {"POST", "/api/v1/models/scene-classifier/predict", R"({"primitives": []})", kJsonType, 422,
       "invalid_body"},
      {"POST", "/api/v1/models/scene-classifier/predict", TestApi::picture(), "image/jpeg", 415,
       "unsupported_content_type"},
      {"POST", "/api/v1/models/scene-classifier/predict",
       R"({"image": {"width": 9, "height": 9}, "primitives": [{"class": "teapot",
           "probability": 1, "center": [1, 1], "size": [2, 1], "rotation": 0}]})",
       kJsonType, 422, "unknown_primitive_class"},
      {"POST", "/api/v1/models/geon-detector/predict?threshold=0.01", TestApi::picture(),
       "image/jpeg", 422, "invalid_query"},
      {"POST", "/api/v1/models/geon-detector/predict?threshold=0", TestApi::picture(), "image/jpeg",
       422, "invalid_query"},
      {"POST", "/api/v1/tasks?file_name=a.jpg", api::test::form_of({TestApi::picture()}),
       api::test::kFormType, 422, "invalid_query"},
      {"POST", "/api/v1/models/geon-detector/predict", "{}", kJsonType, 415,
       "unsupported_content_type"},
  };
  return table;
}

}  // namespace

TEST_CASE("bad requests get their status and code in a problem document") {
  TestApi at;
  const std::string admin = at.key_of("admin", auth::Role::admin);
  for (const Row& row : rows()) {
    CAPTURE(row.method);
    CAPTURE(row.target);
    CAPTURE(row.body.substr(0, 100));
    const Answered answered = at.call(row.method, row.target, admin, row.body, row.type);
    CAPTURE(answered.body);
    CHECK(answered.status == row.status);
    CHECK(answered.headers.get_or("Content-Type", "") == "application/problem+json");
    CHECK(answered.code() == row.code);
    const auto document = answered.json();
    CHECK(document["status"] == row.status);
    CHECK(document["request_id"] == std::string(answered.headers.get_or("X-Request-Id", "")));
    CHECK_FALSE(document["detail"].get<std::string>().empty());
    // A picture that is the whole body has no field to name.
    const bool has_field = row.status == 422 && !std::string(row.code).starts_with("image_");
    if (has_field) CHECK_FALSE(document.value("errors", nlohmann::json::array()).empty());
  }
}

TEST_CASE("a validation error of a document names what is there, once, and what would be right") {
  TestApi at;
  const std::string admin = at.key_of("admin", auth::Role::admin);
  const std::string task = "/api/v1/tasks/" + std::to_string(at.submit(admin));
  constexpr const char* kPredict = "/api/v1/models/scene-classifier/predict";
  const auto primitive = [](const char* name, const char* size) {
    return std::string(R"({"image": {"width": 9, "height": 9}, "primitives": [{"class": "cube",
        "probability": 0.1, "center": [1, 1], "size": [2, 1], "rotation": 0}, {"class": ")") +
           name + R"(", "probability": 1, "center": [1, 1], "size": )" + size +
           R"(, "rotation": 0}]})";
  };
  struct Case {
    const char* method;
    std::string target;
    std::string body;
    const char* detail;
    const char* field;
  };
  const Case cases[] = {
      {"PATCH", task, "[]", "The body must be an object.", "body"},
      {"PATCH", task, "null", "The body must be an object.", "body"},
      {"PATCH", task, R"({"note": 1})", "The member `note` must be a string.", "note"},
      {"PATCH", "/api/v1/users/1", "{}", "The body must have role, disabled or password.", "body"},
      {"PATCH", "/api/v1/users/1", R"({"role": "x"})",
       "The member `role` must be one of: user, admin.", "role"},
      {"PATCH", "/api/v1/users/1", R"({"body": 1, "role": "user"})",
       "The member `body` is not a member here.", "body"},
      {"PATCH", "/api/v1/models/scene-classifier", R"({"default": "x"})",
       "The member `default` must be true or false.", "default"},
      {"POST", "/api/v1/users", R"({"name": "", "password": "long enough"})",
       "The member `name` must have 1 to 64 characters.", "name"},
      {"POST", kPredict, primitive("xx", "[2, 1]"), "The classifier does not know `xx`",
       "primitives/1/class"},
      {"POST", std::string(kPredict) + "?threshold=0.5", primitive("xx", "[2, 1]"),
       "The classifier does not know `xx`", "primitives/1/class"},
      {"POST", kPredict, primitive("cube", "[0, 1]"),
       "The member `primitives/1/size` must be two numbers, each above 0 and at most 4000000.",
       "primitives/1/size"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.target);
    CAPTURE(row.body);
    const Answered answered = at.call(row.method, row.target, admin, row.body, kJsonType);
    CAPTURE(answered.body);
    CHECK(answered.status == 422);
    const auto document = answered.json();
    CHECK(document["detail"].get<std::string>().starts_with(row.detail));
    REQUIRE(document["errors"].size() == 1);
    CHECK(document["errors"][0]["field"] == row.field);
  }
}

TEST_CASE("a body in a content coding is refused by the coding's name") {
  TestApi at;
  const std::string key = at.key_of("anna");
  struct Case {
    const char* target;
    std::string body;
    const char* type;
    const char* coding;
    int status;
  };
  const Case cases[] = {
      {"/api/v1/tasks", TestApi::picture(), "image/jpeg", "gzip", 415},
      {"/api/v1/tasks", TestApi::picture(), "image/jpeg", "identity", 202},
      {"/api/v1/keys", R"({"name": "a"})", kJsonType, "br", 415},
      {"/api/v1/keys", R"({"name": "a"})", kJsonType, "gzip, identity", 415},
      {"/api/v1/keys", R"({"name": "a"})", kJsonType, "Identity", 201},
      {"/oauth/login", "username=anna&password=x", "application/x-www-form-urlencoded", "gzip",
       415},
  };
  for (const Case& row : cases) {
    CAPTURE(row.target);
    CAPTURE(row.coding);
    const Answered answered =
        at.call("POST", row.target, key, row.body, row.type, {{"Content-Encoding", row.coding}});
    CHECK(answered.status == row.status);
    if (row.status != 415) continue;
    CHECK(answered.code() == "unsupported_content_encoding");
    CHECK(answered.json()["detail"].get<std::string>().find(row.coding) != std::string::npos);
    CHECK(answered.headers.get_or("Accept-Encoding", "") == "identity");
  }
  CHECK(at.call("GET", "/api/v1/keys", key, "", "", {{"Content-Encoding", "gzip"}}).status == 200);
}

TEST_CASE("what cannot be accepted, expected or left out is told by its own status") {
  TestApi at;
  const std::string key = at.key_of("anna");
  CHECK(at.call("GET", "/api/v1/models", key, "", "", {{"Accept", "text/html"}}).status == 406);
  CHECK(at.call("GET", "/api/v1/models", key, "", "", {{"Accept", "*/*;q=0.1"}}).status == 200);
  CHECK(at.call("POST", "/api/v1/keys", key, R"({"name": "a"})", "application/json",
                {{"Expect", "tea"}})
            .status == 417);
  CHECK(at.call("POST", "/api/v1/tasks", key, TestApi::picture(), "image/jpeg",
                {{"Idempotency-Key", "with space"}})
            .status == 422);
  const Answered wrong = at.call("DELETE", "/api/v1/models", key);
  CHECK(wrong.headers.get_or("Allow", "").find("GET") != std::string::npos);
  const Answered options = at.call("OPTIONS", "/api/v1/tasks");
  CHECK(options.status == 204);
  CHECK(options.headers.get_or("Allow", "").find("POST") != std::string::npos);
}

TEST_CASE("a validation error names every field that was wrong") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const auto document = at.get("/api/v1/tasks?limit=0&since=x&status=y", key).json();
  REQUIRE(document["errors"].size() == 3);
  for (const auto& error : document["errors"]) {
    CHECK_FALSE(error["field"].get<std::string>().empty());
    CHECK_FALSE(error["detail"].get<std::string>().empty());
  }
}
