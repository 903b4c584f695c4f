// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "geond/http/cookie.hpp"
#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;
using nlohmann::json;

namespace {

constexpr const char* kJson = "application/json";

/// The value that a response sets a cookie to.
std::string cookie_of(const Answered& answered, std::string_view name) {
  for (const std::string_view header : answered.headers.all("Set-Cookie")) {
    if (!header.starts_with(std::string(name) + "=")) continue;
    const std::string_view value = header.substr(name.size() + 1);
    return std::string(value.substr(0, value.find(';')));
  }
  return {};
}

std::string own_origin(const TestApi& at) {
  return fmt::format("http://127.0.0.1:{}", at.port());
}

/// As the server's address has a port.
std::string own_name(const TestApi& at, std::string_view cookie) {
  return fmt::format("{}_{}", cookie, at.port());
}

}  // namespace

TEST_CASE("a program signs in, refreshes and signs out") {
  TestApi at;
  at.key_of("anna");
  const Answered in = at.post_json("/api/v1/auth/login", "",
                                   {{"username", "anna"}, {"password", "anna's password"}});
  REQUIRE(in.status == 200);
  CHECK(in.headers.get_or("Cache-Control", "") == "no-store");
  CHECK(in.headers.all("Set-Cookie").empty());
  // The clock goes on between the sign-in and its answer.
  CHECK(in.json()["expires_in"] >= 890);
  CHECK(in.json()["expires_in"] <= 900);
  const std::string access = in.json()["access_token"];
  CHECK(at.get("/api/v1/users/me", access).json()["name"] == "anna");
  const Answered renewed =
      at.post_json("/api/v1/auth/refresh", "", {{"refresh_token", in.json()["refresh_token"]}});
  REQUIRE(renewed.status == 200);
  const std::string second = renewed.json()["access_token"];
  CHECK(at.call("POST", "/api/v1/auth/logout", second).status == 204);
  CHECK(at.get("/api/v1/users/me", second).code() == "invalid_token");
  CHECK(at.get("/api/v1/users/me", access).code() == "invalid_token");
}

TEST_CASE("the page's tokens are in cookies that scripts cannot read") {
  TestApi at;
  at.key_of("anna");
  const Answered in =
      at.post_json("/api/v1/auth/login", "",
                   {{"username", "anna"}, {"password", "anna's password"}, {"cookie", true}});
  REQUIRE(in.status == 200);
  CHECK_FALSE(in.json().contains("access_token"));
  CHECK_FALSE(in.json().contains("refresh_token"));
  const auto cookies = in.headers.all("Set-Cookie");
  REQUIRE(cookies.size() == 2);
  for (const std::string_view cookie : cookies) {
    CHECK(cookie.find("HttpOnly") != std::string_view::npos);
    CHECK(cookie.find("SameSite=Strict") != std::string_view::npos);
  }
  const std::string access_name = own_name(at, "geond_access");
  const std::string refresh_name = own_name(at, "geond_session");
  const std::string access = access_name + "=" + cookie_of(in, access_name);
  const std::string refresh = refresh_name + "=" + cookie_of(in, refresh_name);
  const std::string origin = own_origin(at);
  CHECK(at.call("GET", "/api/v1/users/me", "", "", "", {{"Cookie", access}}).status == 200);
  CHECK(
      at.call("POST", "/api/v1/keys", "", R"({"name": "a"})", kJson, {{"Cookie", access}}).code() ==
      "origin_mismatch");
  CHECK(at.call("POST", "/api/v1/keys", "", R"({"name": "a"})", kJson,
                {{"Cookie", access}, {"Origin", "http://evil.example"}})
            .code() == "origin_mismatch");
  CHECK(at.call("POST", "/api/v1/keys", "", R"({"name": "a"})", kJson,
                {{"Cookie", access}, {"Origin", origin}})
            .status == 201);
  CHECK(at.call("POST", "/api/v1/auth/refresh", "", "{}", kJson, {{"Cookie", refresh}}).code() ==
        "origin_mismatch");
  const Answered renewed = at.call("POST", "/api/v1/auth/refresh", "", "{}", kJson,
                                   {{"Cookie", refresh}, {"Origin", origin}});
  CHECK(renewed.status == 200);
  CHECK_FALSE(cookie_of(renewed, refresh_name).empty());
  const Answered out = at.call(
      "POST", "/api/v1/auth/logout", "", "", "",
      {{"Cookie", refresh_name + "=" + cookie_of(renewed, refresh_name)}, {"Origin", origin}});
  CHECK(out.status == 204);
  CHECK(cookie_of(out, refresh_name).empty());
  CHECK(at.call("GET", "/api/v1/users/me", "", "", "", {{"Cookie", access}}).status == 401);
}

TEST_CASE("a session whose cookies have no port in their names goes on under new names") {
  TestApi at;
  at.key_of("anna");
  const Answered in =
      at.post_json("/api/v1/auth/login", "",
                   {{"username", "anna"}, {"password", "anna's password"}, {"cookie", true}});
  const std::string refresh_name = own_name(at, "geond_session");
  const std::string access = "geond_access=" + cookie_of(in, own_name(at, "geond_access"));
  const std::string refresh = "geond_session=" + cookie_of(in, refresh_name);
  CHECK(at.call("GET", "/api/v1/users/me", "", "", "", {{"Cookie", access}}).status == 200);
  const auto renew = [&](const std::string& cookie) {
    return at.call("POST", "/api/v1/auth/refresh", "", "{}", kJson,
                   {{"Cookie", cookie}, {"Origin", own_origin(at)}});
  };
  const Answered renewed = renew(refresh);
  CHECK(renewed.status == 200);
  CHECK_FALSE(cookie_of(renewed, refresh_name).empty());
  CHECK(renewed.headers.all("Set-Cookie").size() == 4);
  CHECK(renew(refresh_name + "=" + cookie_of(renewed, refresh_name))
            .headers.all("Set-Cookie")
            .size() == 2);
}

TEST_CASE("a cookie that another server has set is refused and left alone") {
  TestApi at;
  const Answered refused =
      at.call("POST", "/api/v1/auth/refresh", "", "{}", kJson,
              {{"Cookie", "geond_session=another-servers"}, {"Origin", own_origin(at)}});
  CHECK(refused.status == 401);
  for (const std::string_view header : refused.headers.all("Set-Cookie")) {
    CAPTURE(header);
    CHECK_FALSE(header.starts_with("geond_session="));
    CHECK_FALSE(header.starts_with("geond_access="));
  }
}

// It could guess passwords from its visitor's address, or take the visitor's cookies away.
TEST_CASE("a foreign page signs nobody in or out, and what it tries is not counted") {
  TestApi at(auth::Registration::open);
  at.key_of("anna");
  constexpr const char* kForm = "application/x-www-form-urlencoded";
  struct Row {
    const char* target;
    const char* body;
    const char* type;
  };
  for (const Row& row : {
           Row{"/api/v1/auth/login", R"({"username": "anna", "password": "a guess"})", kJson},
           Row{"/api/v1/auth/login",
               R"({"username": "anna", "password": "anna's password", "cookie": true})", kJson},
           Row{"/oauth/login", "username=anna&password=a+guess", kForm},
           Row{"/api/v1/auth/link", R"({"token": "a guess"})", kJson},
           Row{"/api/v1/auth/refresh", R"({"refresh_token": "a guess"})", kJson},
           Row{"/api/v1/auth/logout", R"({"refresh_token": "a guess"})", kJson},
           Row{"/api/v1/auth/logout", "", ""},
           Row{"/api/v1/users", R"({"name": "eve", "password": "long enough"})", kJson},
       }) {
    CAPTURE(row.target);
    CAPTURE(row.body);
    for (int attempt = 0; attempt < 5; ++attempt) {  // An address has 20, an account 10.
      const Answered by_origin =
          at.call("POST", row.target, "", row.body, row.type, {{"Origin", "http://evil.example"}});
      CHECK(by_origin.code() == "origin_mismatch");
      CHECK(by_origin.headers.all("Set-Cookie").empty());
      CHECK(at.call("POST", row.target, "", row.body, row.type, {{"Sec-Fetch-Site", "same-site"}})
                .code() == "origin_mismatch");
    }
  }
  CHECK_FALSE(at.auth().user_by_name("eve").has_value());
  CHECK(at.call("POST", "/oauth/login", "", "username=anna&password=a+guess", kForm).status == 422);
  CHECK(at.call("POST", "/api/v1/users", "", R"({"name": "eve", "password": "long enough"})", kJson,
                {{"Origin", own_origin(at)}})
            .status == 201);
}

TEST_CASE("a link signs in once") {
  TestApi at;
  const auto first = at.auth().create_first_account("anna", "");
  REQUIRE(first.has_value());
  const std::string token = first->value().link_token;
  CHECK(at.post_json("/api/v1/auth/link", "", {{"token", token}}).status == 200);
  CHECK(at.post_json("/api/v1/auth/link", "", {{"token", token}}).code() == "invalid_link");
}

TEST_CASE("guessing passwords is answered with 429 and when to come back") {
  TestApi at;
  at.key_of("anna");
  Answered last;
  for (int attempt = 0; attempt < 12; ++attempt) {
    last = at.post_json("/api/v1/auth/login", "", {{"username", "anna"}, {"password", "guess"}});
  }
  CHECK(last.status == 429);
  CHECK(last.code() == "too_many_attempts");
  CHECK(std::stoi(std::string(last.headers.get_or("Retry-After", "0"))) >= 1);
}

TEST_CASE("whatever is refused for too many attempts tells how long to wait") {
  TestApi at(auth::Registration::open);
  struct Row {
    const char* target;
    json body;
  };
  for (const auto& [target, body] : {
           Row{"/api/v1/auth/login", {{"username", "anna"}, {"password", "a guess"}}},
           Row{"/api/v1/auth/link", {{"token", "a guess"}}},
           Row{"/api/v1/auth/refresh", {{"refresh_token", "a guess"}}},
           Row{"/api/v1/auth/logout", {{"refresh_token", "a guess"}}},
           Row{"/api/v1/users", {{"name", "anna"}, {"password", "long enough"}}},
       }) {
    CAPTURE(target);
    int longest = 0;  // An attempt comes back every three seconds: soon after, it is that long.
    for (int attempt = 0; attempt < 500 && longest < 2; ++attempt) {
      const Answered answered = at.post_json(target, "", body);
      if (answered.code() != "too_many_attempts") continue;
      longest =
          std::max(longest, std::stoi(std::string(answered.headers.get_or("Retry-After", "0"))));
    }
    CHECK(longest >= 2);
  }
}

TEST_CASE("signing out ends what each of the credentials names, whatever the others are") {
  TestApi at;
  at.key_of("anna");
  const json login = {{"username", "anna"}, {"password", "anna's password"}};
  const auto log_out = [&](const std::string& bearer, const std::string& refresh) {
    return at.post_json("/api/v1/auth/logout", bearer, {{"refresh_token", refresh}}).status;
  };
  const json one = at.post_json("/api/v1/auth/login", "", login).json();
  const json two = at.post_json("/api/v1/auth/login", "", login).json();
  CHECK(log_out(one["access_token"], two["refresh_token"]) == 204);
  CHECK(at.get("/api/v1/users/me", one["access_token"]).status == 401);
  CHECK(at.get("/api/v1/users/me", two["access_token"]).status == 401);
  // A cookie that another server has set under the same name, say; and however often.
  std::vector<std::string> tokens;
  for (int session = 0; session < 22; ++session) {  // An address has 20 attempts.
    tokens.push_back(at.post_json("/api/v1/auth/login", "", login).json()["access_token"]);
  }
  for (const std::string& access : tokens) {
    CHECK(log_out(access, "unknown") == 204);
    CHECK(at.get("/api/v1/users/me", access).status == 401);
  }
}

TEST_CASE("strangers make accounts where registration is open, but no administrators") {
  TestApi at(auth::Registration::open);
  CHECK(at.get("/api/v1/server", "").json()["registration"] == "open");
  CHECK(at.post_json("/api/v1/users", "", {{"name", "anna"}, {"password", "long enough"}}).status ==
        201);
  CHECK(at.post_json("/api/v1/users", "",
                     {{"name", "eve"}, {"password", "long enough"}, {"role", "admin"}})
            .status == 403);
  TestApi closed;
  CHECK(closed.post_json("/api/v1/users", "", {{"name", "anna"}, {"password", "long enough"}})
            .status == 401);
}

TEST_CASE("a changed password ends the other sessions and keeps this one") {
  TestApi at;
  at.key_of("anna");
  const json login = {{"username", "anna"}, {"password", "anna's password"}};
  const std::string here = at.post_json("/api/v1/auth/login", "", login).json()["access_token"];
  const std::string there = at.post_json("/api/v1/auth/login", "", login).json()["access_token"];
  const Answered sessions = at.get("/api/v1/sessions", here);
  REQUIRE(sessions.json()["sessions"].size() == 2);
  CHECK(sessions.json()["sessions"][1]["current"] == true);
  CHECK(at.call("PATCH", "/api/v1/users/me", here,
                R"({"current_password": "anna's password", "password": "something new"})", kJson)
            .status == 200);
  CHECK(at.get("/api/v1/users/me", here).status == 200);
  CHECK(at.get("/api/v1/users/me", there).status == 401);
}

TEST_CASE("an administrator disables and removes users, page by page") {
  TestApi at;
  const std::string admin = at.key_of("admin", auth::Role::admin);
  const std::string anna = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/users/{}", at.id_of("anna").value);
  CHECK(at.call("PATCH", path, admin, R"({"disabled": true})", kJson).json()["disabled"] == true);
  CHECK(at.get("/api/v1/users/me", anna).status == 401);
  CHECK(at.call("PATCH", path, admin, R"({"disabled": false, "role": "admin"})", kJson)
            .json()["role"] == "admin");
  CHECK(at.get("/api/v1/users", anna).status == 200);
  const json first = at.get("/api/v1/users?limit=1", admin).json();
  CHECK(first["users"].size() == 1);
  const json second =
      at.get("/api/v1/users?limit=1&cursor=" + first["next_cursor"].get<std::string>(), admin)
          .json();
  CHECK(second["users"][0]["name"] == "anna");
  CHECK(second["next_cursor"].is_null());
  CHECK(at.call("DELETE", path, admin).status == 204);
  CHECK(at.get("/api/v1/users/me", anna).status == 401);
}
