// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <functional>

#include "test_api.hpp"

using namespace geond;
using api::test::TestApi;

namespace {

/// A request of which all but the last byte has come: its sender has been let in.
class SlowRequest {
 public:
  SlowRequest(const TestApi& api, std::string_view method, std::string_view target,
              std::string_view bearer, std::string_view type, std::string body)
      : client_(api.connect(
            fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
                        "Content-Type: {}\r\nContent-Length: {}\r\n"
                        "Expect: 100-continue\r\n\r\n",
                        method, target, bearer, type, body.size()))),
        last_(body.substr(body.size() - 1)) {
    REQUIRE(client_.read_until("100 Continue\r\n\r\n"));
    body.pop_back();
    REQUIRE(client_.send(body));
  }

  /// Whether it is answered with that status once its last byte has come.
  bool ends_with(int status) {
    static_cast<void>(client_.send(last_));  // It may have been refused before.
    return client_.read_until(fmt::format("HTTP/1.1 {} ", status));
  }

 private:
  support::RawClient client_;
  std::string last_;
};

std::string access_token(TestApi& at, const std::string& name) {
  return at
      .post_json("/api/v1/auth/login", "", {{"username", name}, {"password", name + "'s password"}})
      .json()["access_token"];
}

constexpr const char* kJson = "application/json";

}  // namespace

TEST_CASE("who is no administrator any more when the body has come does nothing as one") {
  struct Row {
    const char* what;
    std::function<void(TestApi&, core::UserId)> change;
    int status;
  };
  for (const Row& row : {
           Row{"removed", [](TestApi& at, core::UserId eve) { at.auth().remove_user(eve); }, 401},
           Row{"disabled",
               [](TestApi& at, core::UserId eve) {
                 at.auth().update_user(eve, {}, auth::UserState::disabled);
               },
               401},
           Row{"demoted",
               [](TestApi& at, core::UserId eve) {
                 at.auth().update_user(eve, auth::Role::user, {});
               },
               403},
           Row{"given another password",
               [](TestApi& at, core::UserId eve) {
                 at.auth().set_password(eve, "another password");
               },
               401},
           Row{"signed out", [](TestApi& at, core::UserId eve) { at.auth().end_sessions(eve, {}); },
               401},
       }) {
    CAPTURE(row.what);
    TestApi at;
    at.key_of("root", auth::Role::admin);
    at.key_of("eve", auth::Role::admin);
    at.key_of("anna");
    const std::string token = access_token(at, "eve");
    SlowRequest create(at, "POST", "/api/v1/users", token, kJson,
                       R"({"name": "mallory", "password": "long enough", "role": "admin"})");
    SlowRequest change(at, "PATCH", fmt::format("/api/v1/users/{}", at.id_of("anna").value), token,
                       kJson, R"({"role": "admin"})");
    row.change(at, at.id_of("eve"));
    CHECK(create.ends_with(row.status));
    CHECK(change.ends_with(row.status));
    CHECK_FALSE(at.auth().user_by_name("mallory").has_value());
    CHECK(at.auth().user_by_name("anna")->role == auth::Role::user);
  }
}

TEST_CASE("where strangers may register, who was an administrator makes none any more") {
  TestApi at(auth::Registration::open);
  at.key_of("root", auth::Role::admin);
  at.key_of("eve", auth::Role::admin);
  SlowRequest create(at, "POST", "/api/v1/users", access_token(at, "eve"), kJson,
                     R"({"name": "mallory", "password": "long enough", "role": "admin"})");
  at.auth().update_user(at.id_of("eve"), auth::Role::user, {});
  CHECK(create.ends_with(403));
  CHECK_FALSE(at.auth().user_by_name("mallory").has_value());
}

TEST_CASE("a key that is revoked while a request comes makes no key and no task") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const core::UserId anna = at.id_of("anna");
  SlowRequest make(at, "POST", "/api/v1/keys", key, kJson, R"({"name": "survivor"})");
  SlowRequest raw(at, "POST", "/api/v1/tasks", key, "image/jpeg", TestApi::picture());
  SlowRequest form(at, "POST", "/api/v1/tasks", key, api::test::kFormType,
                   api::test::form_of({TestApi::picture(), TestApi::picture()}));
  SlowRequest classic(at, "POST", "/tasks/?detection_model_id=1&classification_model_id=1", key,
                      api::test::kFormType, api::test::form_of({TestApi::picture()}));
  REQUIRE(at.auth().revoke_api_key(anna, at.auth().api_keys(anna)->front().id).has_value());
  CHECK(make.ends_with(401));
  CHECK(raw.ends_with(401));
  CHECK(form.ends_with(401));
  CHECK(classic.ends_with(401));
  CHECK(at.auth().api_keys(anna)->empty());
  CHECK(at.get("/api/v1/tasks", access_token(at, "anna")).json()["tasks"].empty());
}

TEST_CASE("a request goes on whatever others lose while it comes") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  SlowRequest upload(at, "POST", "/api/v1/tasks", key, "image/jpeg", TestApi::picture());
  at.auth().remove_user(at.id_of("boris"));
  CHECK(upload.ends_with(202));
}
