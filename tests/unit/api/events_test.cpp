// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <deque>

#include "event_stream.hpp"
#include "support/scarce_memory.hpp"
#include "test_api.hpp"

using namespace geond;
using api::test::TestApi;

namespace {

/// Reads an event stream as it comes.
class Listener : public support::RawClient {
 public:
  Listener(const TestApi& api, const std::string& key, const std::string& target,
           const std::string& last_event_id = {})
      : support::RawClient(api.connect(head(key, target, last_event_id))) {}

 private:
  static std::string head(const std::string& key, const std::string& target,
                          const std::string& last_event_id) {
    std::string text = fmt::format(
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n", target, key);
    if (!last_event_id.empty()) text += "Last-Event-ID: " + last_event_id + "\r\n";
    return text + "\r\n";
  }
};

}  // namespace

TEST_CASE("a user hears what happens to the own tasks and to nobody else's") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  Listener listener(at, anna, "/api/v1/events");
  REQUIRE(listener.read_until("event: hello"));
  CHECK(listener.received().find("text/event-stream") != std::string::npos);
  const std::int64_t other = at.submit(boris);
  const std::int64_t mine = at.submit(anna);
  CHECK(listener.read_until("event: queued"));
  CHECK(listener.read_until(fmt::format("\"id\":{}", mine)));
  CHECK(listener.read_until("\"queue_position\":"));
  at.finish_next();
  at.finish_next();
  CHECK(listener.read_until("event: done"));
  CHECK(listener.read_until("\"scene\":\"office\""));
  at.call("DELETE", fmt::format("/api/v1/tasks/{}", mine), anna);
  CHECK(listener.read_until("event: removed"));
  CHECK(listener.received().find(fmt::format("\"id\":{},", other)) == std::string::npos);
}

// A stream that was cut before its first event left its client with no id to come back with.
TEST_CASE("who comes back before the first event hears what was missed as well") {
  TestApi at;
  const std::string key = at.key_of("anna");
  at.submit(key);
  {
    Listener cut(at, key, "/api/v1/events");
    REQUIRE(cut.read_until("event: hello"));
    REQUIRE(cut.received().find("id: boot-1\n") != std::string::npos);
  }
  const std::int64_t missed = at.submit(key);
  Listener back(at, key, "/api/v1/events", "boot-1");
  CHECK(back.read_until(fmt::format("\"id\":{}", missed)));
  CHECK(back.received().find("resync") == std::string::npos);
  CHECK(back.received().find("id: boot-1\n") == std::string::npos);
  Listener lost(at, key, "/api/v1/events", "other-1");
  CHECK(lost.read_until("id: boot-2\nevent: resync"));
}

TEST_CASE("who comes back hears first what was missed, or is told to read again") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::int64_t first = at.submit(key);
  const std::int64_t second = at.submit(key);
  Listener replayed(at, key, "/api/v1/events", "boot-1");
  CHECK(replayed.read_until(fmt::format("\"id\":{}", second)));
  CHECK(replayed.received().find("id: boot-1\n") == std::string::npos);
  CHECK(replayed.received().find("resync") == std::string::npos);
  for (const char* unknown : {"other-1", "boot-999", "nonsense", "boot-"}) {
    CAPTURE(unknown);
    Listener lost(at, key, "/api/v1/events", unknown);
    CHECK(lost.read_until("event: resync"));
  }
  Listener narrow(at, key, fmt::format("/api/v1/events?task={}", first), "boot-0");
  CHECK(narrow.read_until("event: queued"));
  CHECK(narrow.received().find(fmt::format("\"id\":{},", second)) == std::string::npos);
}

TEST_CASE("who missed more than a stream can tell at once reads again, fewer come in order") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::int64_t task = at.submit(key);
  const auto note = [&](int count) {
    for (int i = 0; i < count; ++i) {
      at.call("PATCH", fmt::format("/api/v1/tasks/{}", task), key, R"({"note": "again"})",
              "application/json");
    }
  };
  note(150);
  Listener replayed(at, key, "/api/v1/events", "boot-0");
  REQUIRE(replayed.read_until("id: boot-151\n"));
  const std::string heard = replayed.received();
  std::size_t at_last = 0;
  for (int event = 1; event <= 151; ++event) {
    const std::size_t place = heard.find(fmt::format("id: boot-{}\n", event));
    REQUIRE(place != std::string::npos);
    CHECK(place >= at_last);
    at_last = place;
  }
  note(900);
  Listener lost(at, key, "/api/v1/events", "boot-0");
  CHECK(lost.read_until("event: resync"));
}

TEST_CASE("of more streams than a user may have the oldest ends, and other users keep theirs") {
  api::Settings settings = TestApi::usual_settings();
  settings.event_streams_per_user = 3;
  TestApi at(auth::Registration::closed, settings);
  const std::string anna = at.key_of("anna");
  Listener other(at, at.key_of("boris"), "/api/v1/events");
  REQUIRE(other.read_until("event: hello"));
  std::deque<Listener> streams;
  for (int stream = 0; stream < 4; ++stream) {
    REQUIRE(streams.emplace_back(at, anna, "/api/v1/events").read_until("event: hello"));
  }
  CHECK(streams.front().read_until("retry: 60000\nevent: replaced\n"));
  CHECK(streams.front().read_until("\r\n0\r\n\r\n"));
  at.submit(anna);
  for (std::size_t stream = 1; stream < 4; ++stream) {
    CHECK(streams[stream].read_until("event: queued"));
    CHECK(streams[stream].received().find("replaced") == std::string::npos);
  }
  CHECK(streams.front().received().find("event: queued") == std::string::npos);
  streams.pop_back();
  CHECK(other.received().find("replaced") == std::string::npos);
}

TEST_CASE("a stream ends as soon as its listener may not listen any more") {
  TestApi at;
  const std::string key = at.key_of("anna");
  Listener by_key(at, key, "/api/v1/events");
  REQUIRE(by_key.read_until("event: hello"));
  const auto session = at.auth().sign_in("anna", "anna's password", auth::SessionKind::token, {});
  REQUIRE(session.has_value());
  Listener by_token(at, session->access_token, "/api/v1/events");
  REQUIRE(by_token.read_until("event: hello"));
  REQUIRE(at.auth().sign_out(session->refresh_token, {}).has_value());
  CHECK(by_token.read_until("\r\n0\r\n\r\n"));
  at.submit(key);
  CHECK(by_key.read_until("event: queued"));
  REQUIRE(at.auth().update_user(at.id_of("anna"), {}, auth::UserState::disabled, {}).has_value());
  CHECK(by_key.read_until("\r\n0\r\n\r\n"));
}

TEST_CASE("an event's id is read only in the form that it was given out in") {
  CHECK(api::sequence_of("boot-12", "boot") == 12);
  for (const char* text : {"", "boot", "boot-", "boot-x", "boot-1x", "boot--1", "boo-1", "12"}) {
    CAPTURE(text);
    CHECK_FALSE(api::sequence_of(text, "boot").has_value());
  }
}

namespace {

class NoEvent final : public http::Event {
  void notify() noexcept override {}
  http::Task<http::WaitOutcome> wait(std::chrono::milliseconds) override {
    co_return http::WaitOutcome::notified;
  }
  http::Task<http::WaitOutcome> wait_while_open(std::chrono::milliseconds timeout) override {
    return wait(timeout);
  }
};

}  // namespace

TEST_CASE("an inbox that memory lacks for an event in overflows instead of throwing" *
          doctest::skip(!support::kMemoryCanBeScarce)) {
  api::EventInbox inbox({}, std::make_shared<NoEvent>());
  pipeline::TaskEvent event;
  event.task = {1};
  {
    const support::ScarceMemory scarce;
    inbox.put(event);
  }
  const auto content = inbox.take();
  CHECK(content.overflowed);
  CHECK(content.events.empty());
}

TEST_CASE("an inbox that nobody empties overflows instead of growing") {
  api::EventInbox inbox({}, std::make_shared<NoEvent>());
  pipeline::TaskEvent event;
  event.task = {1};
  for (int count = 0; count < 3000; ++count) inbox.put(event);
  const auto content = inbox.take();
  CHECK(content.overflowed);
  CHECK(content.events.size() == 2000);
  CHECK_FALSE(inbox.take().overflowed);
}
