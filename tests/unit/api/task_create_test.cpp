// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <chrono>
#include <deque>
#include <thread>
#include <vector>

#include "geond/core/sha256.hpp"
#include "picture_upload.hpp"
#include "test_api.hpp"

using namespace geond;
using api::test::Answered;
using api::test::TestApi;
using nlohmann::json;

TEST_CASE("a picture handed in is a queued task with its place in the queue") {
  TestApi at;
  const std::string key = at.key_of("anna");
  at.submit(key);
  const Answered answered =
      at.call("POST", "/api/v1/tasks?note=hello&file_name=C%3A%5Cpics%5Ca.jpg&threshold=0.5", key,
              TestApi::picture(), "application/x-www-form-urlencoded");
  REQUIRE(answered.status == 202);
  const json task = answered.json();
  CHECK(answered.headers.get_or("Location", "") ==
        fmt::format("/api/v1/tasks/{}", task["id"].get<int>()));
  CHECK(task["status"] == "queued");
  CHECK(task["queue_position"] == 2);
  CHECK(task["eta_seconds"].get<double>() > 0);
  CHECK(task["note"] == "hello");
  CHECK(task["threshold"] == 0.5);
  CHECK(task["input"]["file_name"] == "a.jpg");
  CHECK(task["input"]["content_type"] == "image/jpeg");
  CHECK(task["input"]["width"] == 64);
  CHECK(task["detector"]["name"] == "geon-detector");
  CHECK_FALSE(task.contains("result"));
}

TEST_CASE("several pictures in one form are several tasks, answered in their order") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const Answered answered =
      at.call("POST", "/api/v1/tasks", key,
              api::test::form_of({TestApi::picture(), TestApi::picture()}), api::test::kFormType);
  REQUIRE(answered.status == 202);
  REQUIRE(answered.json().is_array());
  CHECK(answered.json().size() == 2);
  CHECK(answered.json()[0]["id"].get<int>() + 1 == answered.json()[1]["id"].get<int>());
}

TEST_CASE(
    "a form with more pictures than one's share of the queue is too large, not asked to wait") {
  TestApi at;  // Its queue has 64 places, so the share is 32.
  const std::string key = at.key_of("anna");
  const auto send = [&](std::size_t count) {
    const std::vector<std::string> pictures(count, TestApi::picture());
    return at.call("POST", "/api/v1/tasks", key, api::test::form_of(pictures),
                   api::test::kFormType);
  };
  const Answered refused = send(33);
  CHECK(refused.status == 413);
  CHECK(refused.code() == "too_many_pictures");
  CHECK(refused.json()["detail"].get<std::string>().find("32 pictures") != std::string::npos);
  CHECK_FALSE(refused.headers.contains("Retry-After"));
  CHECK(send(32).status == 202);
  CHECK(send(1).code() == "queue_share_full");
}

TEST_CASE("a form of which one picture is refused says which, and none of it is taken") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string good = TestApi::picture();
  struct Case {
    std::string bad;
    int status;
    const char* code;
  };
  for (const Case& row :
       {Case{"GIF89a and then some more of it.......", 415, "unsupported_format"},
        Case{"", 422, "image_empty"}, Case{good.substr(0, 200), 422, "image_broken"},
        Case{good + std::string(2U << 20, 'x'), 413, "body_too_large"}}) {
    CAPTURE(row.code);
    const Answered refused =
        at.call("POST", "/api/v1/tasks", key, api::test::form_of({good, row.bad, good}),
                api::test::kFormType);
    CHECK(refused.status == row.status);
    CHECK(refused.code() == row.code);
    const json document = refused.json();
    REQUIRE(document.value("errors", json::array()).size() == 1);
    CHECK(document["errors"][0]["field"] == "image_file/1");
    CHECK(document["errors"][0]["detail"].get<std::string>().starts_with("a.jpg: "));
    CHECK(document["detail"].get<std::string>().starts_with("image_file/1 (a.jpg): "));
  }
  const Answered alone = at.call("POST", "/api/v1/models/geon-detector/predict", key,
                                 api::test::form_of({""}), api::test::kFormType);
  CHECK(alone.json()["errors"][0]["field"] == "image_file");
  CHECK(at.get("/api/v1/tasks", key).json()["tasks"].empty());
}

TEST_CASE("the same idempotency key gives the first task, and no other body") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const auto submit = [&](const std::string& body, const std::string& target) {
    return at.call("POST", target, key, body, "image/jpeg", {{"Idempotency-Key", "k-1"}});
  };
  const Answered first = submit(TestApi::picture(), "/api/v1/tasks");
  REQUIRE(first.status == 202);
  const Answered again = submit(TestApi::picture(), "/api/v1/tasks");
  CHECK(again.status == 202);
  CHECK(again.json()["id"] == first.json()["id"]);
  const Answered other = submit(TestApi::picture(), "/api/v1/tasks?threshold=0.7");
  CHECK(other.status == 409);
  CHECK(other.code() == "idempotency_key_reused");
  const Answered renamed = submit(TestApi::picture(), "/api/v1/tasks?file_name=b.jpg");
  CHECK(renamed.code() == "idempotency_key_reused");
  const std::string boris = at.key_of("boris");
  CHECK(at.call("POST", "/api/v1/tasks", boris, TestApi::picture(), "image/jpeg",
                {{"Idempotency-Key", "k-1"}})
            .json()["id"] != first.json()["id"]);
}

TEST_CASE("a request that is repeated gets its answer though there is no place and no room") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const auto submit = [&](const std::string& body, const std::string& type, const char* name) {
    return at.call("POST", "/api/v1/tasks", key, body, type, {{"Idempotency-Key", name}});
  };
  const std::string form = api::test::form_of({TestApi::picture(), TestApi::picture()});
  const Answered one = submit(TestApi::picture(), "image/jpeg", "one");
  const Answered two = submit(form, api::test::kFormType, "two");
  for (int task = 0; task < 29; ++task) at.submit(key);  // The share is 32.
  const auto check_answers = [&] {
    const Answered one_again = submit(TestApi::picture(), "image/jpeg", "one");
    CHECK(one_again.status == 202);
    CHECK(one_again.json()["id"] == one.json()["id"]);
    CHECK(one_again.headers.get_or("Idempotent-Replayed", "") == "true");
    const Answered two_again = submit(form, api::test::kFormType, "two");
    CHECK(two_again.status == 202);
    CHECK(two_again.json()[1]["id"] == two.json()[1]["id"]);
    const Answered other = submit(TestApi::picture() + "x", "image/jpeg", "one");
    CHECK(other.status == 409);
    CHECK(other.code() == "idempotency_key_reused");
    CHECK(submit("GIF89a, which is no picture here", "image/jpeg", "one").status == 415);
  };
  CHECK(submit(TestApi::picture(), "image/jpeg", "none-left").code() == "queue_share_full");
  check_answers();
  for (int task = 0; task < 8; ++task) at.finish_next();
  at.disk().set_watermark(std::int64_t{1} << 60);
  CHECK(submit(TestApi::picture(), "image/jpeg", "no-room").code() == "disk_watermark");
  // One of them is done by now.
  CHECK(submit(TestApi::picture(), "image/jpeg", "one").status == 200);
  CHECK(submit(TestApi::picture() + "x", "image/jpeg", "one").code() == "idempotency_key_reused");
}

TEST_CASE("what is kept of a request under its key is known to the version before, too") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string& picture = TestApi::picture();
  const auto fingerprint = [&](const char* name) {
    const auto known = at.tasks().find_key(at.id_of("anna"), name);
    REQUIRE(known.has_value());
    REQUIRE(known->has_value());
    return core::to_hex((*known)->fingerprint);
  };
  const auto field = [](const std::string& text) {
    return fmt::format("{}:{}", text.size(), text);
  };
  const std::string size = field(std::to_string(picture.size()));
  at.call("POST", "/api/v1/tasks?note=n&file_name=b.jpg", key, picture, "image/jpeg",
          {{"Idempotency-Key", "one"}});
  CHECK(fingerprint("one") ==
        core::to_hex(core::sha256(picture + size + field("b.jpg") + "0:0:0:" + field("n"))));
  at.call("POST", "/api/v1/tasks", key, api::test::form_of({picture, picture}),
          api::test::kFormType, {{"Idempotency-Key", "two"}});
  const std::string part = picture + size + field("a.jpg");
  CHECK(fingerprint("two") == core::to_hex(core::sha256(part + part + "0:0:0:0:")));
}

TEST_CASE("of two equal requests at once that for which no place is left gets the other's tasks") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::string head =
      "--x\r\nContent-Disposition: form-data; name=image_file\r\n\r\n" + TestApi::picture();
  const std::string rest = "\r\n" + head + "\r\n--x--\r\n";
  const std::string request = fmt::format(
      "POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n"
      "Idempotency-Key: k\r\n\r\n{}",
      key, head.size() + rest.size(), head);
  for (int task = 0; task < 29; ++task) at.submit(key);  // The share is 32.
  support::RawClient slow = at.connect(request);
  for (int look = 0; look < 500 && at.places_taken() != 30; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(at.places_taken() == 30);
  support::RawClient quick = at.connect(request + rest);
  REQUIRE(quick.read_until("HTTP/1.1 202"));
  REQUIRE(quick.read_until("]"));
  REQUIRE(slow.send(rest));
  CHECK(slow.read_until("HTTP/1.1 202"));
  CHECK(slow.read_until("Idempotent-Replayed: true"));
  CHECK(at.places_taken() == 31);
}

TEST_CASE("who waits hears 202 when the time is over and 200 when the task is done") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const Answered late = at.call("POST", "/api/v1/tasks", key, TestApi::picture(), "image/jpeg",
                                {{"Prefer", "wait=1"}});
  CHECK(late.status == 202);
  CHECK(late.headers.get_or("Preference-Applied", "") == "wait=1");
  at.finish_next();
  std::jthread worker([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    at.finish_next();
  });
  const Answered done = at.call("POST", "/api/v1/tasks", key, TestApi::picture(), "image/jpeg",
                                {{"Prefer", "wait=100, respond-async"}});
  CHECK(done.status == 200);
  CHECK(done.headers.get_or("Preference-Applied", "") == "wait=60");
  CHECK(done.json()["result"]["scene"] == "office");
}

namespace {

/// A request that wants to wait for a minute for its picture's task.
std::string waiting_upload(const std::string& bearer) {
  return fmt::format(
      "POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=60\r\n"
      "Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
      bearer, TestApi::picture().size(), TestApi::picture());
}

/// Whether the user's first task is there in time.
bool has_task(TestApi& at, const std::string& key) {
  for (int look = 0; look < 500; ++look) {
    if (!at.get("/api/v1/tasks", key).json()["tasks"].empty()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

}  // namespace

TEST_CASE("who waits for a task and sends no more is told at once that it is accepted") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient client = at.connect(waiting_upload(key));
  REQUIRE(has_task(at, key));
  CHECK_FALSE(client.read_until("HTTP/1.1", std::chrono::milliseconds(200)));
  client.shutdown_send();
  const support::RawResponse accepted = client.read_response();
  CHECK(accepted.status == 202);
  CHECK(accepted.body.find("\"status\":\"queued\"") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("who waits for a task is answered at once when the account is removed") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient client = at.connect(waiting_upload(key));
  REQUIRE(has_task(at, key));
  REQUIRE(at.auth().remove_user(at.id_of("anna")).has_value());
  CHECK(client.read_until("HTTP/1.1 401"));
  CHECK(client.read_until("invalid_token"));
}

TEST_CASE("who waits for a task is told that it is accepted when the key is revoked") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const auto other = at.auth().create_api_key(at.id_of("anna"), "other");
  REQUIRE(other.has_value());
  const auto third = at.auth().create_api_key(at.id_of("anna"), "third");
  REQUIRE(third.has_value());
  support::RawClient client = at.connect(waiting_upload(other->secret));
  REQUIRE(has_task(at, key));
  REQUIRE(at.auth().revoke_api_key(at.id_of("anna"), third->key.id).has_value());
  CHECK_FALSE(
      client.read_until("HTTP/1.1", std::chrono::milliseconds(300)));  // Its own is still good.
  REQUIRE(at.auth().revoke_api_key(at.id_of("anna"), other->key.id).has_value());
  CHECK(client.read_until("HTTP/1.1 202"));
}

TEST_CASE("one user cannot fill the queue for the others") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  for (int task = 0; task < 32; ++task) at.submit(anna);
  const Answered refused = at.call("POST", "/api/v1/tasks", anna, TestApi::picture(), "image/jpeg");
  CHECK(refused.status == 429);
  CHECK(refused.code() == "queue_share_full");
  CHECK(refused.headers.contains("Retry-After"));
  const Answered classic =
      at.call("POST", "/tasks/?detection_model_id=1&classification_model_id=1", anna,
              api::test::form_of({TestApi::picture()}), api::test::kFormType);
  CHECK(classic.status == 429);
  for (int task = 0; task < 31; ++task) at.submit(boris);
  at.finish_next();
  at.finish_next();
  at.submit(anna);
}

TEST_CASE("slow uploads of one user hold no more than that user's share of the queue") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string head = fmt::format(
      "POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\n",
      anna);
  std::deque<support::RawClient> slow;
  for (int upload = 0; upload < 40; ++upload) {
    slow.push_back(at.connect(head));
    slow.back().send(std::string_view(TestApi::picture()).substr(0, 64));
  }
  const auto refused = [&slow] {
    return std::count_if(slow.begin(), slow.end(), [](support::RawClient& client) {
      return client.read_until("HTTP/1.1 429", std::chrono::milliseconds(5));
    });
  };
  // Half of the 64 places are anybody's at most.
  for (int look = 0; look < 200 && refused() < 8; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(refused() == 8);
  CHECK(at.call("POST", "/api/v1/tasks", anna, TestApi::picture(), "image/jpeg").code() ==
        "queue_share_full");
  at.submit(at.key_of("boris"));
}

namespace {

/// The first picture of a form and the boundary behind it; more is announced than sent.
std::string begun_form(const std::string& key) {
  return fmt::format(
      "POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n"
      "--x\r\nContent-Disposition: form-data; name=image_file\r\n\r\n{}\r\n--x\r\n",
      key, TestApi::picture());
}

/// The head of a form's part, and so little of its picture that no format can be told from it.
constexpr const char* kBegunPart =
    "Content-Disposition: form-data; name=image_file\r\n\r\n\xff\xd8\xff\xe0\x10";

}  // namespace

TEST_CASE("an upload takes a place for each of its pictures, and none for one that may follow") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient form = at.connect(begun_form(key));
  const auto waits_for = [&at](std::size_t places) {
    for (int look = 0; look < 500 && at.places_taken() != places; ++look) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return at.places_taken() == places;
  };
  REQUIRE(waits_for(1));
  // The first picture may still be on its way in: a place too many would show soon.
  for (int look = 0; look < 20; ++look) {
    REQUIRE(at.places_taken() == 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(form.send(kBegunPart));
  CHECK(waits_for(2));
}

TEST_CASE("only who wants to wait for the end of a task counts as a listener") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient form = at.connect(begun_form(key));
  for (int look = 0; look < 500 && at.places_taken() == 0; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(at.places_taken() == 1);
  CHECK(at.notifier().subscriber_count() == 0);
}

TEST_CASE("a model that is not there is told before the picture is sent") {
  TestApi at;
  const std::string key = at.key_of("anna");
  for (const char* query : {"detector=nope", "classifier=nope", "detector=scene-classifier"}) {
    CAPTURE(query);
    support::RawClient client =
        at.connect(fmt::format("POST /api/v1/tasks?{} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                               "Authorization: Bearer {}\r\nContent-Length: 60000\r\n"
                               "Expect: 100-continue\r\n\r\n",
                               query, key));
    CHECK(client.read_until(fmt::format(
        "\"field\":\"{}\"", std::string_view(query).substr(0, std::string_view(query).find('=')))));
    CHECK(client.received().find("100 Continue") == std::string::npos);
  }
  CHECK(at.places_taken() == 0);
}

TEST_CASE("a picture of a form that finds no place is refused before it is read") {
  TestApi at;
  const std::string key = at.key_of("anna");
  for (int task = 0; task < 31; ++task) at.submit(key);  // The share is 32.
  support::RawClient form = at.connect(begun_form(key) + kBegunPart);
  CHECK(form.read_until("HTTP/1.1 429"));
  CHECK(form.read_until("queue_share_full"));
}

TEST_CASE("an upload that takes too long in all is ended, however steadily it comes") {
  api::Settings settings = TestApi::usual_settings();
  settings.upload_timeout = std::chrono::milliseconds(700);
  TestApi at(auth::Registration::closed, settings);
  const std::string key = at.key_of("anna");
  support::RawClient slow =
      at.connect(fmt::format("POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Authorization: Bearer {}\r\nContent-Length: 60000\r\n\r\n",
                             key));
  // Well above the least rate, so that only the time in all can end it.
  std::string piece = TestApi::picture().substr(0, 64);
  piece.resize(1'000);
  const auto answered = [&] {
    return slow.read_until("HTTP/1.1 408", std::chrono::milliseconds(50));
  };
  for (int pieces = 0; pieces < 55 && !answered(); ++pieces) {
    if (!slow.send(piece)) break;
  }
  const support::RawResponse refused = slow.read_response();
  CHECK(refused.status == 408);
  CHECK(refused.header("Connection") == "close");
  CHECK(refused.body.find("body_timeout") != std::string::npos);
  CHECK(slow.is_closed());
  CHECK(at.get("/api/v1/stats", key).json()["queue"]["depth"] == 0);
}

TEST_CASE("a declared length above the limit is too large, whatever the disk has room for") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient huge =
      at.connect(fmt::format("POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Authorization: Bearer {}\r\nContent-Length: 1000000000000000\r\n\r\n",
                             key));
  CHECK(huge.read_until("HTTP/1.1 413"));
  CHECK(huge.read_until("body_too_large"));
}

TEST_CASE("once its task is accepted a client hears 202, even if the task cannot be read again") {
  TestApi at;
  const std::string key = at.key_of("anna");
  support::RawClient client =
      at.connect(fmt::format("POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=2\r\n"
                             "Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
                             key, TestApi::picture().size(), TestApi::picture()));
  for (int look = 0; look < 100 && at.get("/api/v1/tasks", key).json()["tasks"].empty(); ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto broken = at.database().write([](storage::WriteContext& context) -> core::Result<void> {
    context.connection().execute("ALTER TABLE tasks RENAME TO tasks_out_of_reach");
    return core::ok();
  });
  REQUIRE(broken.has_value());
  CHECK(client.read_until("HTTP/1.1 202"));
  CHECK(client.read_until("\"status\":\"queued\""));
  CHECK(client.read_until("\r\nLocation: /api/v1/tasks/1\r\n"));
}

TEST_CASE("the name of an upload is made fit to be shown") {
  CHECK(api::display_name("/etc/passwd") == "passwd");
  CHECK(api::display_name("..\\..\\a.jpg") == "a.jpg");
  CHECK(api::display_name("a\r\nb\x7f.jpg") == "ab.jpg");
  CHECK(api::display_name("фото.jpg") == "фото.jpg");
  CHECK(api::display_name(std::string(254, 'a') + "ф").size() == 254);
  CHECK(api::display_name("") == "");
  CHECK(api::display_name("  ") == "");
  CHECK(api::display_name("photos/ \t ") == "");
  CHECK(api::display_name(" a.jpg") == " a.jpg");
}
