// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <regex>
#include <set>

#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;
using nlohmann::json;

namespace {

constexpr const char* kFormUrl = "application/x-www-form-urlencoded";

std::string detail_of(const Answered& answered) {
  return answered.json()["detail"];
}

std::set<std::string> members_of(const json& document) {
  std::set<std::string> names;
  for (const auto& [name, value] : document.items()) names.insert(name);
  return names;
}

/// A token as a classic client gets it.
std::string token_of(TestApi& at, const std::string& name) {
  at.key_of(name);
  const Answered answered =
      at.call("POST", "/oauth/login", "",
              fmt::format("grant_type=password&username={0}&password={0}%27s+password&scope=&"
                          "client_id=&client_secret=",
                          name),
              kFormUrl);
  REQUIRE(answered.status == 200);
  const json document = answered.json();
  CHECK(document["token_type"] == "bearer");
  CHECK(members_of(document) == std::set<std::string>{"access_token", "token_type"});
  return document["access_token"];
}

/// Base64 with padding, as the contract has it.
std::string base64(std::string_view bytes) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto octet = [&](std::size_t offset) {
      return at + offset < bytes.size() ? static_cast<unsigned char>(bytes[at + offset]) : 0U;
    };
    const unsigned group = octet(0) << 16U | octet(1) << 8U | octet(2);
    text += kSigns[group >> 18U];
    text += kSigns[group >> 12U & 63U];
    text += at + 1 < bytes.size() ? kSigns[group >> 6U & 63U] : '=';
    text += at + 2 < bytes.size() ? kSigns[group & 63U] : '=';
  }
  return text;
}

std::int64_t submit_classic(TestApi& at, const std::string& token, const std::string& path) {
  const Answered answered =
      at.call("POST", path + "?detection_model_id=1&classification_model_id=1", token,
              api::test::form_of({TestApi::picture()}), api::test::kFormType);
  CAPTURE(answered.body);
  REQUIRE(answered.status == 200);
  const json document = answered.json();
  CHECK(members_of(document) == std::set<std::string>{"id"});
  return document["id"];
}

}  // namespace

TEST_CASE("classic: signing in takes a form of either kind and says who one is") {
  TestApi at;
  const std::string token = token_of(at, "first");
  for (const char* path : {"/oauth/users/current", "/oauth/users/current/"}) {
    const Answered me = at.get(path, token);
    CHECK(me.status == 200);
    CHECK(me.json() == json{{"id", 1}, {"username", "first"}});
  }
  const std::string form =
      "--b\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nfirst\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nfirst's "
      "password\r\n--b--\r\n";
  CHECK(at.call("POST", "/oauth/login/", "", form, "multipart/form-data; boundary=b").status ==
        200);
  const Answered wrong =
      at.call("POST", "/oauth/login", "", "username=first&password=wrong", kFormUrl);
  CHECK(wrong.status == 422);
  CHECK(detail_of(wrong) == "Incorrect username or password");
  CHECK(at.call("POST", "/oauth/login", "", "username=first", kFormUrl).status == 422);
}

TEST_CASE("classic: both kinds of form are read to the same length, whatever else they hold") {
  TestApi at;
  at.key_of("first");
  const auto sign_in = [&](const std::string& password, const std::string& secret) {
    const auto field = [](const std::string& name, const std::string& value) {
      return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value +
             "\r\n";
    };
    const int parts = at.call("POST", "/oauth/login", "",
                              field("client_secret", secret) + field("username", "first") +
                                  field("password", password) + "--b--\r\n",
                              "multipart/form-data; boundary=b")
                          .status;
    const int pairs =
        at.call("POST", "/oauth/login", "",
                fmt::format("client_secret={}&username=first&password={}", secret, password),
                kFormUrl)
            .status;
    return std::pair(parts, pairs);
  };
  CHECK(sign_in("first's password", std::string(2'000, 's')) == std::pair(200, 200));
  CHECK(sign_in(std::string(2'000, 'p'), "") == std::pair(422, 422));
  CHECK(sign_in("first's password", std::string(70'000, 's')) == std::pair(413, 413));
}

TEST_CASE("classic: who has no token, or a bad one, hears the words of old") {
  TestApi at;
  const std::string token = token_of(at, "first");
  for (const char* path : {"/oauth/users/current", "/tasks/", "/tasks/1", "/tasks/1/status",
                           "/tasks/1/input/", "/tasks/1/result", "/models/"}) {
    CAPTURE(path);
    const Answered nobody = at.get(path, "");
    CHECK(nobody.status == 401);
    CHECK(detail_of(nobody) == "Not authenticated");
    CHECK(nobody.headers.get_or("WWW-Authenticate", "") == "Bearer");
    const Answered basic =
        at.call("GET", path, "", "", "", {{"Authorization", "Basic Zmlyc3Q6cHc="}});
    CHECK(basic.status == 401);
    CHECK(detail_of(basic) == "Not authenticated");
    const Answered bad = at.get(path, "nonsense");
    CHECK(bad.status == 401);
    CHECK(detail_of(bad) == "Could not validate credentials");
  }
  REQUIRE(at.auth().update_user(at.id_of("first"), {}, auth::UserState::disabled).has_value());
  const Answered disabled = at.get("/models/", token);
  CHECK(disabled.status == 401);
  CHECK(detail_of(disabled) == "Could not validate credentials");
}

TEST_CASE("classic: a picture without a file name is a text, and no picture") {
  TestApi at;
  const std::string token = token_of(at, "first");
  const auto send = [&](const std::string& file_name) {
    const std::string form = "--b\r\nContent-Disposition: form-data; name=\"image_file\"" +
                             file_name + "\r\n\r\n" + TestApi::picture() + "\r\n--b--\r\n";
    return at.call("POST", "/tasks/?detection_model_id=1&classification_model_id=1", token, form,
                   "multipart/form-data; boundary=b");
  };
  const Answered refused = send("");
  CHECK(refused.status == 422);
  CHECK(refused.code() == "missing_part");
  CHECK(send("; filename=\"\"").status == 200);
}

TEST_CASE("classic: a task is created, listed, read, and removed") {
  TestApi at;
  const std::string token = token_of(at, "first");
  const std::int64_t id = submit_classic(at, token, "/tasks/");
  CHECK(submit_classic(at, token, "/tasks") == id + 1);
  for (const char* path : {"/tasks", "/tasks/"}) {
    const json list = at.get(path, token).json()["tasks"];
    REQUIRE(list.size() == 2);
    const json& row = list[1];
    CHECK(members_of(row) == std::set<std::string>{"id", "status", "created_at", "input_path"});
    CHECK(row["id"] == id);
    CHECK(row["status"] == "queued");
    CHECK(row["input_path"] == fmt::format("img_{}.jpeg", id));
    CHECK(std::regex_match(row["created_at"].get<std::string>(),
                           std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?)")));
  }
  const std::string path = fmt::format("/tasks/{}", id);
  CHECK(at.get(path + "/status", token).json() == json{{"id", id}, {"status", "queued"}});
  const json task = at.get(path + "/", token).json();
  CHECK(members_of(task) == std::set<std::string>{"id", "owner_id", "detection_model_id",
                                                  "classification_model_id", "status_id",
                                                  "input_path", "created_at", "scene_class_id"});
  CHECK(task["status_id"] == 1);
  CHECK(task["detection_model_id"] == 1);
  CHECK(task["scene_class_id"].is_null());

  const Answered input = at.get(path + "/input", token);
  CHECK(input.body == TestApi::picture());
  CHECK(input.headers.get_or("Content-Type", "") == "image/jpeg");

  CHECK(at.call("DELETE", path + "/", token).json() == json{{"id", id}});
  CHECK(at.get(path, token).status == 404);
}

TEST_CASE("classic: a result has corners in the picture, and is empty before it is there") {
  TestApi at;
  const std::string token = token_of(at, "first");
  const std::int64_t id = submit_classic(at, token, "/tasks/");
  const std::string path = fmt::format("/tasks/{}/result/", id);
  const json before = at.get(path, token).json();
  CHECK(before["status"] == "queued");
  CHECK(before["result"] == json{{"image_class", nullptr},
                                 {"class_probs", json::object()},
                                 {"primitives", json::array()}});
  at.finish_next();
  const json after = at.get(path, token).json();
  CHECK(members_of(after) == std::set<std::string>{"id", "img", "status", "result"});
  CHECK(after["status"] == "done");
  CHECK(after["img"].get<std::string>().starts_with("/9j/"));
  CHECK(after["result"]["image_class"] == "office");
  CHECK(after["result"]["class_probs"]["livingroom"] == 0.05);
  REQUIRE(after["result"]["primitives"].size() == 1);
  const json& cube = after["result"]["primitives"][0];
  CHECK(members_of(cube) == std::set<std::string>{"primitive_class", "x1", "y1", "x2", "y2", "x3",
                                                  "y3", "x4", "y4", "probability"});
  for (const auto& [name, value] : cube.items()) {
    if (name == "primitive_class") continue;
    CHECK(value.get<double>() >= 0);
    CHECK(value.get<double>() <= 1);
  }
  CHECK(cube["x1"] == 0.0);  // the box of the outcome begins left of the picture
  const json task = at.get(fmt::format("/tasks/{}", id), token).json();
  CHECK(task["status_id"] == 3);
  CHECK(task["scene_class_id"].is_number_integer());
}

TEST_CASE(
    "classic: a result is sent piece by piece, and its bytes are what they would be at once") {
  TestApi at;
  const std::string token = token_of(at, "first");
  // More than two pieces, and a last one that needs padding.
  std::string picture = TestApi::picture();
  picture.append(100'001 - picture.size() % 3, 'x');
  const Answered created = at.call("POST", "/tasks/?detection_model_id=1&classification_model_id=1",
                                   token, api::test::form_of({picture}), api::test::kFormType);
  REQUIRE(created.status == 200);
  at.finish_next();
  const Answered result =
      at.get(fmt::format("/tasks/{}/result", created.json()["id"].get<std::int64_t>()), token);
  CHECK(result.headers.get_or("Transfer-Encoding", "") == "chunked");
  CHECK(result.headers.get_or("Content-Type", "") == "application/json");
  CHECK(result.headers.get_or("Cache-Control", "") == "no-store");
  const json document = result.json();
  CHECK(result.body == document.dump());
  CHECK(document["img"] == base64(picture));
}

TEST_CASE("classic: a list of several pages is sent whole") {
  TestApi at;
  const std::string token = token_of(at, "first");
  CHECK(at.get("/tasks/", token).body == R"({"tasks":[]})");
  std::int64_t newest = 0;
  for (int form = 0; form < 9; ++form) {
    const std::string& one = TestApi::picture();
    const std::string body =
        api::test::form_of({one, one, one, one, one, one, one, one, one, one, one, one, one,
                            one, one, one, one, one, one, one, one, one, one, one, one, one});
    const Answered created = at.call("POST", "/api/v1/tasks", token, body, api::test::kFormType);
    REQUIRE(created.status == 202);
    json ids = json::array();
    for (const json& task : created.json()) ids.push_back(task["id"]);
    newest = ids.back();
    at.post_json("/api/v1/tasks/bulk", token, {{"action", "cancel"}, {"ids", ids}});
  }
  const Answered list = at.get("/tasks/", token);
  CHECK(list.headers.get_or("Transfer-Encoding", "") == "chunked");
  const json document = list.json();
  CHECK(list.body == document.dump());
  REQUIRE(document["tasks"].size() == 234);
  std::set<std::int64_t> ids;
  for (const json& row : document["tasks"]) ids.insert(row["id"].get<std::int64_t>());
  CHECK(ids.size() == 234);
  CHECK(document["tasks"][0]["id"] == newest);
}

TEST_CASE("classic: what does not exist and what is somebody else's cannot be told apart") {
  TestApi at;
  const std::string token = token_of(at, "first");
  const std::string other = token_of(at, "second");
  const std::int64_t id = submit_classic(at, token, "/tasks/");
  for (const std::string& asked : {std::to_string(id), std::string("-1"), std::string("777")}) {
    for (const char* tail : {"", "/", "/status", "/input", "/result"}) {
      const Answered answered = at.get("/tasks/" + asked + tail, other);
      CHECK(answered.status == 404);
      CHECK(detail_of(answered) == "Task with id " + asked + " does not exist.");
    }
    const Answered removed = at.call("DELETE", "/tasks/" + asked, other);
    CHECK(removed.status == 404);
    CHECK(detail_of(removed) == "Task with id " + asked + " does not exist.");
  }
}

TEST_CASE("classic: models go by their ids, and a wrong one is answered with the choice") {
  TestApi at;
  const std::string token = token_of(at, "first");
  const json models = at.get("/models/", token).json();
  CHECK(models["detection_models"][0] == json{{"model_name", "geon-detector"}, {"model_id", 1}});
  REQUIRE(models["classification_models"].size() >= 2);
  CHECK(models["classification_models"][0]["model_name"] == "scene-classifier");
  CHECK(models["classification_models"][1] ==
        json{{"model_name", "scene-ensemble"}, {"model_id", 2}});
  std::string choices;
  for (const char* kind : {"detection_model", "classification_model"}) {
    for (const json& model : models[std::string(kind) + "s"]) {
      choices +=
          fmt::format("{}({}, '{}', '{}')", choices.empty() ? "" : ", ",
                      model["model_id"].get<int>(), model["model_name"].get<std::string>(), kind);
    }
  }
  for (const char* query : {"detection_model_id=-1&classification_model_id=1",
                            "detection_model_id=1&classification_model_id=99",
                            "detection_model_id=1&classification_model_id=9223372036854775808",
                            "detection_model_id=-9223372036854775809&classification_model_id=1"}) {
    const Answered wrong = at.call("POST", std::string("/tasks/?") + query, token,
                                   api::test::form_of({TestApi::picture()}), api::test::kFormType);
    CHECK(wrong.status == 400);
    CHECK(detail_of(wrong) ==
          "Model id was not correct. Choose from (id, name, type) [" + choices + "].");
  }
  for (const char* query : {"", "?detection_model_id=1", "?classification_model_id=1",
                            "?detection_model_id=x&classification_model_id=1"}) {
    CHECK(at.call("POST", std::string("/tasks/") + query, token,
                  api::test::form_of({TestApi::picture()}), api::test::kFormType)
              .status == 422);
  }
  CHECK(at.call("POST", "/tasks/?detection_model_id=1&classification_model_id=1", token,
                api::test::form_of({}), api::test::kFormType)
            .status == 422);
}

TEST_CASE("classic: the pages lead into the new ones") {
  TestApi at;
  CHECK(at.get("/ui/tasks", "").headers.get_or("Location", "") == "/#/tasks");
  CHECK(at.get("/ui/results/12", "").headers.get_or("Location", "") == "/#/tasks/12");
}
