// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>
#include <list>
#include <thread>
#include <vector>

#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;
using nlohmann::json;

TEST_CASE("a done task has its result, and other thresholds filter its candidates") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  CHECK(at.get(path + "/result", key).code() == "task_not_done");
  CHECK(at.get(path + "/overlay", key).code() == "task_not_done");
  at.finish_next();
  const json task = at.get(path, key).json();
  CHECK(task["status"] == "done");
  CHECK(task["timings"]["detect"] == 0.02);
  CHECK(task["result"]["primitives"].size() == 1);
  const Answered result = at.get(path + "/result", key);
  CHECK(result.json() == task["result"]);
  const std::string etag(result.headers.get_or("ETag", ""));
  CHECK(at.call("GET", path + "/result", key, "", "", {{"If-None-Match", etag}}).status == 304);
  const json all = at.get(path + "/result?threshold=0.05", key).json();
  CHECK(all["primitives"].size() == 2);
  CHECK(all["threshold"] == 0.05);
  const json none = at.get(path + "/result?threshold=1", key).json();
  CHECK(none["primitives"].empty());
  CHECK(none["scene"].is_null());
  CHECK(at.get(path + "/result?threshold=0.01", key).status == 422);
  CHECK(at.get(path, key).json()["result"] == task["result"]);
}

TEST_CASE("a result is also told in the formats of other tools") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  CHECK(at.get(path + "/annotations", key).code() == "task_not_done");
  at.finish_next();
  struct Row {
    const char* query;
    const char* type;
    const char* begin;
  };
  for (const Row& row : {
           Row{"", "text/csv; charset=utf-8", "file,image_width,"},
           Row{"?format=csv", "text/csv; charset=utf-8", "file,image_width,"},
           Row{"?format=yolo-obb", "text/plain; charset=utf-8", "1 "},
           Row{"?format=dota", "text/plain; charset=utf-8", ""},
           Row{"?format=coco", "application/json", "{\"images\":[{\"id\":1"},
       }) {
    CAPTURE(row.query);
    const Answered told = at.get(path + "/annotations" + row.query, key);
    REQUIRE(told.status == 200);
    CHECK(told.headers.get_or("Content-Type", "") == row.type);
    CHECK(told.body.starts_with(row.begin));
    CHECK(told.headers.get_or("Content-Disposition", "").starts_with("attachment; filename="));
    const std::string etag(told.headers.get_or("ETag", ""));
    CHECK(at.call("GET", path + "/annotations" + row.query, key, "", "", {{"If-None-Match", etag}})
              .status == 304);
  }
  CHECK(at.get(path + "/annotations?format=dota", key).body.find("cube 0") != std::string::npos);
  CHECK(at.get(path + "/annotations?format=dota&threshold=0.05", key).body.find("cone 0") !=
        std::string::npos);
  CHECK(at.get(path + "/annotations?format=xml", key).code() == "invalid_query");
}

TEST_CASE("what a client does not take is refused by the type of what would be sent") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  at.finish_next();
  struct Row {
    const char* tail;
    const char* accept;
    int status;
  };
  for (const Row& row : {
           Row{"/annotations?format=coco", "text/*", 406},
           Row{"/annotations?format=coco", "text/csv, application/json", 200},
           Row{"/annotations?format=dota", "text/csv", 406},
           Row{"/annotations?format=dota", "text/*", 200},
           Row{"/annotations", "text/plain", 406},
           Row{"/annotations", "text/csv", 200},
           Row{"/annotations", "*/*", 200},
           Row{"/input", "image/png", 406},  // It is a JPEG.
           Row{"/input", "image/jpeg;q=0, image/*", 406},
           Row{"/input", "image/*", 200},
       }) {
    CAPTURE(row.tail);
    CAPTURE(row.accept);
    const Answered told = at.call("GET", path + row.tail, key, "", "", {{"Accept", row.accept}});
    CHECK(told.status == row.status);
    if (row.status == 406) CHECK(told.code() == "not_acceptable");
  }
}

TEST_CASE("pictures of a task come with an ETag and are not sent twice") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  at.finish_next();
  CHECK(at.get(path + "/input", key).body == TestApi::picture());
  for (const char* tail : {"/input", "/thumbnail", "/overlay"}) {
    CAPTURE(tail);
    const Answered picture = at.get(path + tail, key);
    REQUIRE(picture.status == 200);
    CHECK(picture.headers.get_or("Content-Type", "") == "image/jpeg");
    CHECK(picture.body.starts_with("\xff\xd8"));
    CHECK(picture.headers.get_or("Cache-Control", "").find("private") != std::string::npos);
    const std::string etag(picture.headers.get_or("ETag", ""));
    REQUIRE_FALSE(etag.empty());
    const Answered again = at.call("GET", path + tail, key, "", "", {{"If-None-Match", etag}});
    CHECK(again.status == 304);
    CHECK(again.body.empty());
    const Answered head = at.call("HEAD", path + tail, key);
    CHECK(head.status == 200);
    CHECK(head.body.empty());
  }
}

TEST_CASE("a thumbnail that was made for one owner is not another's") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  const std::string of_anna = fmt::format("/api/v1/tasks/{}/thumbnail", at.submit(anna));
  const std::string of_boris = fmt::format("/api/v1/tasks/{}/thumbnail", at.submit(boris));
  REQUIRE(at.get(of_anna, anna).status == 200);
  // Only what is kept can be shown now.
  REQUIRE(at.blobs()
              .for_each([&](const std::string& sha256) {
                return std::filesystem::remove(at.blobs().path_of(sha256));
              })
              .has_value());
  CHECK(at.get(of_anna, anna).status == 200);
  CHECK(at.get(of_boris, boris).code() == "input_missing");
}

TEST_CASE("the list goes on by its cursor while tasks arrive") {
  TestApi at;
  const std::string key = at.key_of("anna");
  std::vector<std::int64_t> ids;
  for (int count = 0; count < 5; ++count) ids.push_back(at.submit(key));
  const json first = at.get("/api/v1/tasks?limit=2", key).json();
  REQUIRE(first["tasks"].size() == 2);
  CHECK(first["tasks"][0]["id"] == ids[4]);
  CHECK_FALSE(first["tasks"][0].contains("result"));
  at.submit(key);
  const std::string cursor = first["next_cursor"];
  const json second = at.get("/api/v1/tasks?limit=2&cursor=" + cursor, key).json();
  CHECK(second["tasks"][0]["id"] == ids[2]);
  const json last =
      at.get("/api/v1/tasks?limit=2&cursor=" + second["next_cursor"].get<std::string>(), key)
          .json();
  CHECK(last["tasks"].size() == 1);
  CHECK(last["next_cursor"].is_null());
}

TEST_CASE("the list is filtered by status, scene, class, time and note") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::int64_t done = at.submit(key);
  at.finish_next();
  const std::int64_t failed = at.submit(key);
  at.fail_next();
  const std::int64_t blank = at.submit(key);
  at.finish_next_without_geons();
  const std::int64_t queued = at.submit(key);
  at.call("PATCH", fmt::format("/api/v1/tasks/{}", queued), key, R"({"note": "the Blue room"})",
          "application/json");
  struct Row {
    const char* query;
    std::vector<std::int64_t> ids;
  };
  for (const Row& row : {
           Row{"status=done", {blank, done}},
           Row{"status=failed,queued", {queued, failed}},
           Row{"status=in+progress", {}},
           Row{"scene=office", {done}},
           Row{"scene=warehouse", {}},
           Row{"scene=none", {blank}},
           Row{"scene=none&class=cube", {}},
           Row{"scene=none&status=failed", {}},
           Row{"class=cube", {done}},
           Row{"class=cone", {}},  // a candidate below the threshold is no find
           Row{"q=blue", {queued}},
           Row{"since=2100-01-01T00:00:00Z", {}},
           Row{"until=2100-01-01T00:00:00%2B02:00", {queued, blank, failed, done}},
       }) {
    CAPTURE(row.query);
    const json page = at.get(std::string("/api/v1/tasks?") + row.query, key).json();
    std::vector<std::int64_t> ids;
    for (const json& task : page["tasks"]) ids.push_back(task["id"]);
    CHECK(ids == row.ids);
  }
}

TEST_CASE("tasks are cancelled, retried and deleted, each when it makes sense") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  CHECK(at.call("POST", path + "/retry", key).code() == "task_not_finished");
  CHECK(at.call("POST", path + "/cancel", key).json()["status"] == "cancelled");
  CHECK(at.call("POST", path + "/cancel", key).code() == "task_finished");
  const Answered retried = at.call("POST", path + "/retry", key);
  CHECK(retried.status == 202);
  CHECK(retried.json()["status"] == "queued");
  CHECK(at.call("DELETE", path, key).status == 204);
  CHECK(at.call("DELETE", path, key).status == 404);
}

TEST_CASE("who cancels or retries with a body that asks for something is refused") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string path = fmt::format("/api/v1/tasks/{}", at.submit(key));
  at.finish_next();
  const char* json_type = "application/json";
  for (const char* action : {"/retry", "/cancel"}) {
    CAPTURE(action);
    const Answered other =
        at.call("POST", path + action, key, R"({"detector":"geon-small"})", json_type);
    CHECK(other.status == 422);
    CHECK(other.code() == "invalid_body");
    CHECK(other.json()["errors"][0]["field"] == "detector");
    CHECK(at.call("POST", path + action, key, "[]", json_type).code() == "invalid_body");
    CHECK(at.call("POST", path + action, key, "{", json_type).code() == "invalid_json");
    CHECK(at.call("POST", path + action, key, TestApi::picture(), "image/jpeg").status == 415);
  }
  CHECK(at.get(path, key).json()["status"] == "done");
  CHECK(at.call("POST", path + "/retry", key, "{}", json_type).status == 202);
  CHECK(at.call("POST", path + "/cancel", key, "{}", json_type).status == 200);
}

TEST_CASE("a bulk action tells of every task what became of it") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  const std::int64_t mine = at.submit(key);
  const std::int64_t other = at.submit(boris);
  const json results =
      at.post_json("/api/v1/tasks/bulk", key, {{"action", "delete"}, {"ids", {mine, other, 999}}})
          .json()["results"];
  REQUIRE(results.size() == 3);
  CHECK(results[0] == json{{"id", mine}, {"ok", true}});
  CHECK(results[1]["error"]["code"] == "task_not_found");
  CHECK(results[2]["error"]["code"] == "task_not_found");
  CHECK(at.get(fmt::format("/api/v1/tasks/{}", other), boris).status == 200);
}

TEST_CASE("a bulk retry of more than one's share goes as far as there is room") {
  TestApi at;
  const std::string key = at.key_of("anna");
  std::vector<std::int64_t> ids;
  for (int batch = 0; batch < 2; ++batch) {  // 40 tasks; the share is 32.
    std::vector<std::int64_t> fresh;
    for (int task = 0; task < 20; ++task) fresh.push_back(at.submit(key));
    at.post_json("/api/v1/tasks/bulk", key, {{"action", "cancel"}, {"ids", fresh}});
    ids.insert(ids.end(), fresh.begin(), fresh.end());
  }
  const json request = {{"action", "retry"}, {"ids", ids}};
  const Answered retried = at.post_json("/api/v1/tasks/bulk", key, request);
  REQUIRE(retried.status == 200);
  const json results = retried.json()["results"];
  REQUIRE(results.size() == 40);
  for (std::size_t index = 0; index < results.size(); ++index) {
    CHECK(results[index]["ok"] == (index < 32));
    if (index >= 32) CHECK(results[index]["error"]["code"] == "queue_share_full");
  }
  CHECK(at.get(fmt::format("/api/v1/tasks/{}", ids.back()), key).json()["status"] == "cancelled");
  ids.erase(ids.begin(), ids.begin() + 32);
  const Answered refused =
      at.post_json("/api/v1/tasks/bulk", key, {{"action", "retry"}, {"ids", ids}});
  CHECK(refused.status == 429);
  CHECK(refused.code() == "queue_share_full");
  CHECK(refused.headers.contains("Retry-After"));
}

TEST_CASE("models predict without a task, and nothing stays behind") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const Answered found = at.call("POST", "/api/v1/models/geon-detector/predict?threshold=0.05", key,
                                 TestApi::picture(), "image/jpeg");
  REQUIRE(found.status == 200);
  const json detection = found.json();
  CHECK(detection["image"]["width"] == 64);
  CHECK(detection["threshold"] == 0.05);
  const Answered told =
      at.post_json("/api/v1/models/scene-ensemble/predict", key,
                   {{"image", detection["image"]}, {"primitives", detection["primitives"]}});
  REQUIRE(told.status == 200);
  CHECK(told.json().contains("scene"));
  CHECK(at.get("/api/v1/tasks", key).json()["tasks"].empty());
}

// They have no place in the queue that would count them: many that dripped filled the disk.
TEST_CASE("one user has so many predictions under way at most, and others are let in") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  constexpr const char* kPredict = "/api/v1/models/geon-detector/predict";
  const auto predict = [&](const std::string& key) {
    return at.call("POST", kPredict, key, TestApi::picture(), "image/jpeg");
  };
  {
    std::list<support::RawClient> slow;
    for (int upload = 0; upload < 32; ++upload) {
      slow.push_back(
          at.connect(fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n"
                                 "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n",
                                 kPredict, anna)));
      REQUIRE(slow.back().read_until("100 Continue"));
    }
    const Answered refused = predict(anna);
    CHECK(refused.status == 429);
    CHECK(refused.code() == "too_many_predictions");
    CHECK(refused.headers.contains("Retry-After"));
    CHECK(predict(boris).status == 200);
  }
  for (int tries = 0; predict(anna).status == 429 && tries < 500; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(predict(anna).status == 200);
}
