// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;

namespace {

/// A route and what each sort of caller gets. `{task}` stands for a done task of the owner's,
/// `{owner}` for the owner's account, `{session}` and `{key}` for what is the owner's; a body of
/// `{picture}` or `{form}` for a picture, raw or in a form.
struct Row {
  const char* method;
  const char* target;
  const char* body;
  int owner;
  int other;
  int nobody;
  int admin;
};

// Those that change or remove something come behind those that only look, and every row is asked
// in the order nobody, other, admin, owner: who may not must not have done it either.
constexpr Row kRows[] = {
    {"GET", "/healthz", "", 200, 200, 200, 200},
    {"GET", "/readyz", "", 200, 200, 200, 200},
    {"GET", "/metrics", "", 404, 404, 404, 404},
    {"GET", "/openapi.json", "", 200, 200, 200, 200},
    {"GET", "/api/v1/server", "", 200, 200, 200, 200},
    {"GET", "/api/v1/users", "", 403, 403, 401, 200},
    {"GET", "/api/v1/users/me", "", 200, 200, 401, 200},
    {"GET", "/api/v1/users/{owner}", "", 403, 403, 401, 200},
    {"GET", "/api/v1/sessions", "", 200, 200, 401, 200},
    {"GET", "/api/v1/keys", "", 200, 200, 401, 200},
    {"GET", "/api/v1/tasks", "", 200, 200, 401, 200},
    {"GET", "/api/v1/tasks/{task}", "", 200, 404, 401, 404},
    {"GET", "/api/v1/tasks/{task}/input", "", 200, 404, 401, 404},
    {"GET", "/api/v1/tasks/{task}/thumbnail", "", 200, 404, 401, 404},
    {"GET", "/api/v1/tasks/{task}/overlay", "", 200, 404, 401, 404},
    {"GET", "/api/v1/tasks/{task}/result", "", 200, 404, 401, 404},
    {"GET", "/api/v1/tasks/{task}/annotations", "", 200, 404, 401, 404},
    {"GET", "/api/v1/events?task={task}", "", 0, 404, 401, 404},
    {"GET", "/api/v1/models", "", 200, 200, 401, 200},
    {"GET", "/api/v1/models/geon-detector", "", 200, 200, 401, 200},
    {"GET", "/api/v1/classes", "", 200, 200, 401, 200},
    {"GET", "/api/v1/stats", "", 200, 200, 401, 200},
    {"GET", "/oauth/users/current", "", 200, 200, 401, 200},
    {"GET", "/tasks/", "", 200, 200, 401, 200},
    {"GET", "/tasks/{task}", "", 200, 404, 401, 404},
    {"GET", "/tasks/{task}/status/", "", 200, 404, 401, 404},
    {"GET", "/tasks/{task}/input", "", 200, 404, 401, 404},
    {"GET", "/tasks/{task}/result", "", 200, 404, 401, 404},
    {"GET", "/models/", "", 200, 200, 401, 200},
    {"GET", "/ui/tasks", "", 307, 307, 307, 307},
    {"GET", "/ui/results/12", "", 307, 307, 307, 307},
    {"POST", "/api/v1/auth/login", R"({"username": "owner", "password": "owner's password"})", 200,
     200, 200, 200},
    {"POST", "/oauth/login", "username=owner&password=owner%27s+password", 200, 200, 200, 200},
    {"POST", "/api/v1/auth/link", R"({"token": "never made"})", 401, 401, 401, 401},
    {"POST", "/api/v1/auth/refresh", "", 401, 401, 401, 401},
    {"POST", "/api/v1/tasks", "{picture}", 202, 202, 401, 202},
    {"POST", "/tasks/?detection_model_id=1&classification_model_id=1", "{form}", 200, 200, 401,
     200},
    {"POST", "/api/v1/models/scene-classifier/predict",
     R"({"image": {"width": 10, "height": 10}, "primitives": []})", 200, 200, 401, 200},
    {"PATCH", "/api/v1/models/geon-detector", R"({"default": true})", 403, 403, 401, 200},
    {"POST", "/api/v1/users", R"({"name": "new", "password": "long enough"})", 403, 403, 401, 201},
    {"PATCH", "/api/v1/users/{owner}", R"({"role": "user"})", 403, 403, 401, 200},
    {"POST", "/api/v1/keys", R"({"name": "k"})", 201, 201, 401, 201},
    {"PATCH", "/api/v1/tasks/{task}", R"({"note": "mine"})", 200, 404, 401, 404},
    {"POST", "/api/v1/tasks/{task}/cancel", "", 409, 404, 401, 404},
    {"POST", "/api/v1/tasks/bulk", R"({"action": "cancel", "ids": [1]})", 200, 200, 401, 200},
    {"DELETE", "/api/v1/sessions/{session}", "", 204, 404, 401, 404},
    {"DELETE", "/api/v1/sessions", "", 200, 200, 401, 200},
    {"PATCH", "/api/v1/users/me",
     R"({"current_password": "owner's password", "password": "a new password"})", 200, 403, 401,
     403},
    {"POST", "/api/v1/tasks/{task}/retry", "", 202, 404, 401, 404},
    {"DELETE", "/tasks/{task}", "", 200, 404, 401, 404},
    {"DELETE", "/api/v1/tasks/{task}", "", 404, 404, 401, 404},
    {"POST", "/api/v1/auth/logout", "", 204, 204, 204, 204},
    {"DELETE", "/api/v1/keys/{key}", "", 204, 404, 401, 404},
    {"DELETE", "/api/v1/users/{owner}", "", 401, 403, 401, 204},
};

std::string filled(std::string text, std::string_view name, std::int64_t value) {
  const std::size_t at = text.find(name);
  if (at != std::string::npos) text.replace(at, name.size(), std::to_string(value));
  return text;
}

/// What a row sends, and as what.
std::pair<std::string, std::string> body_of(const Row& row) {
  const std::string body(row.body);
  if (body.empty()) return {};
  if (body == "{picture}") return {TestApi::picture(), "image/jpeg"};
  if (body == "{form}") {
    return {api::test::form_of({TestApi::picture()}), api::test::kFormType};
  }
  return {body, body.starts_with('{') ? "application/json" : "application/x-www-form-urlencoded"};
}

std::vector<std::string> segments_of(std::string_view target) {
  target = target.substr(1, target.find('?') - 1);
  if (target.ends_with('/')) target.remove_suffix(1);
  std::vector<std::string> segments;
  while (true) {
    const std::size_t slash = std::min(target.find('/'), target.size());
    segments.emplace_back(target.substr(0, slash));
    if (slash == target.size()) return segments;
    target.remove_prefix(slash + 1);
  }
}

std::string name_of(const http::Route& route) {
  return std::string(http::method_name(route.method)) + " " + route.pattern;
}

}  // namespace

TEST_CASE("the table of permissions has every route that is served, and no other") {
  TestApi at;
  std::set<std::string> tried;
  for (const Row& row : kRows) {
    CAPTURE(row.method);
    CAPTURE(row.target);
    const auto match = at.router().match(*http::parse_method(row.method), segments_of(row.target));
    REQUIRE(match.kind == http::RouteMatch::Kind::found);
    tried.insert(name_of(*match.route));
  }
  for (const http::Route* route : at.router().routes()) {
    CAPTURE(name_of(*route));
    CHECK(tried.contains(name_of(*route)));
  }
}

TEST_CASE("every route answers owner, other user, nobody and administrator as it should") {
  TestApi at;
  const std::string owner = at.key_of("owner");
  const std::string other = at.key_of("other");
  const std::string admin = at.key_of("admin", auth::Role::admin);
  const core::UserId owner_id = at.id_of("owner");
  const std::int64_t task = at.submit(owner);
  at.finish_next();
  const auto session = at.auth().sign_in("owner", "owner's password", auth::SessionKind::token, {});
  REQUIRE(session.has_value());
  for (const Row& row : kRows) {
    std::string target = filled(row.target, "{task}", task);
    target = filled(target, "{owner}", owner_id.value);
    target = filled(target, "{session}", session->session.id.value);
    target = filled(target, "{key}", 1);
    const auto status = [&](const std::string& key) {
      const auto [body, type] = body_of(row);
      return at.call(row.method, target, key, body, type).status;
    };
    CAPTURE(row.method);
    CAPTURE(target);
    CHECK(status("") == row.nobody);
    CHECK(status(other) == row.other);
    CHECK(status(admin) == row.admin);
    if (row.owner != 0) CHECK(status(owner) == row.owner);
  }
}

TEST_CASE("an administrator sees the queue and the counts, not other people's pictures") {
  TestApi at;
  const std::string owner = at.key_of("owner");
  const std::string admin = at.key_of("admin", auth::Role::admin);
  at.submit(owner);
  const auto figures = at.get("/api/v1/stats", admin).json();
  CHECK(figures["queue"]["depth"] == 1);
  CHECK(figures["all_tasks"]["queued"] == 1);
  CHECK(figures["tasks"]["queued"] == 0);
  CHECK_FALSE(at.get("/api/v1/stats", owner).json().contains("all_tasks"));
  CHECK(at.get("/api/v1/tasks", admin).json()["tasks"].empty());
}
