// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event_stream.hpp"
#include "test_api.hpp"

using namespace geond;
using api::test::TestApi;

namespace {

/// Reads an event stream as it comes.
class Listener {
 public:
  Listener(const TestApi& api, const std::string& key, const std::string& target,
           const std::string& last_event_id = {})
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(api.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    std::string head = fmt::format(
        "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n", target, key);
    if (!last_event_id.empty()) head += "Last-Event-ID: " + last_event_id + "\r\n";
    head += "\r\n";
    REQUIRE(::send(socket_, head.data(), head.size(), 0) == static_cast<ssize_t>(head.size()));
  }
  ~Listener() { ::close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Whether the text comes within five seconds.
  bool hears(std::string_view text) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (heard_.find(text) == std::string::npos) {
      const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
          until - std::chrono::steady_clock::now());
      pollfd waiting{socket_, POLLIN, 0};
      if (rest.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(rest.count())) <= 0)
        return false;
      char buffer[4096];
      const ssize_t got = ::recv(socket_, buffer, sizeof(buffer), 0);
      if (got <= 0) return false;
      heard_.append(buffer, static_cast<std::size_t>(got));
    }
    return true;
  }

  const std::string& heard() const { return heard_; }

 private:
  int socket_;
  std::string heard_;
};

}  // namespace

TEST_CASE("a user hears what happens to the own tasks and to nobody else's") {
  TestApi at;
  const std::string anna = at.key_of("anna");
  const std::string boris = at.key_of("boris");
  Listener listener(at, anna, "/api/v1/events");
  REQUIRE(listener.hears("event: hello"));
  CHECK(listener.heard().find("text/event-stream") != std::string::npos);
  const std::int64_t other = at.submit(boris);
  const std::int64_t mine = at.submit(anna);
  CHECK(listener.hears("event: queued"));
  CHECK(listener.hears(fmt::format("\"id\":{}", mine)));
  CHECK(listener.hears("\"queue_position\":"));
  at.finish_next();
  at.finish_next();
  CHECK(listener.hears("event: done"));
  CHECK(listener.hears("\"scene\":\"office\""));
  at.call("DELETE", fmt::format("/api/v1/tasks/{}", mine), anna);
  CHECK(listener.hears("event: removed"));
  CHECK(listener.heard().find(fmt::format("\"id\":{},", other)) == std::string::npos);
}

TEST_CASE("who comes back hears first what was missed, or is told to read again") {
  TestApi at;
  const std::string key = at.key_of("anna");
  const std::int64_t first = at.submit(key);
  const std::int64_t second = at.submit(key);
  Listener replayed(at, key, "/api/v1/events", "boot-1");
  CHECK(replayed.hears(fmt::format("\"id\":{}", second)));
  CHECK(replayed.heard().find("id: boot-1\n") == std::string::npos);
  CHECK(replayed.heard().find("resync") == std::string::npos);
  for (const char* unknown : {"other-1", "boot-999", "nonsense", "boot-"}) {
    CAPTURE(unknown);
    Listener lost(at, key, "/api/v1/events", unknown);
    CHECK(lost.hears("event: resync"));
  }
  Listener narrow(at, key, fmt::format("/api/v1/events?task={}", first), "boot-0");
  CHECK(narrow.hears("event: queued"));
  CHECK(narrow.heard().find(fmt::format("\"id\":{},", second)) == std::string::npos);
}

TEST_CASE("an event's id is read only in the form that it was given out in") {
  CHECK(api::sequence_of("boot-12", "boot") == 12);
  for (const char* text : {"", "boot", "boot-", "boot-x", "boot-1x", "boot--1", "boo-1", "12"}) {
    CAPTURE(text);
    CHECK_FALSE(api::sequence_of(text, "boot").has_value());
  }
}

TEST_CASE("an inbox that nobody empties overflows instead of growing") {
  class NoEvent final : public http::Event {
    void notify() override {}
    http::Task<http::WaitOutcome> wait(std::chrono::milliseconds) override {
      co_return http::WaitOutcome::notified;
    }
  };
  api::EventInbox inbox({}, std::make_shared<NoEvent>());
  pipeline::TaskEvent event;
  event.task = {1};
  for (int count = 0; count < 3000; ++count) inbox.put(event);
  const auto content = inbox.take();
  CHECK(content.overflowed);
  CHECK(content.events.size() == 2000);
  CHECK_FALSE(inbox.take().overflowed);
}
