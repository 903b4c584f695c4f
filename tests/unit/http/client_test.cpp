// SPDX-License-Identifier: MIT
#include "geond/http/client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

namespace geond::http {
namespace {

/// A port of loopback on which somebody listens and never says a word.
class MutePort {
 public:
  explicit MutePort(int backlog) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    REQUIRE(::bind(listener_, generic(), size) == 0);
    REQUIRE(::listen(listener_, backlog) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size) == 0);
  }
  ~MutePort() {
    ::close(listener_);
    for (const int socket : waiting_) ::close(socket);
  }
  MutePort(const MutePort&) = delete;
  MutePort& operator=(const MutePort&) = delete;

  /// Takes the places of those who wait to be accepted: nobody else gets through.
  void fill() {
    for (int index = 0; index < 8; ++index) {
      waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      static_cast<void>(::connect(waiting_.back(), generic(), sizeof address_));
    }
  }

  std::string port() const { return std::to_string(ntohs(address_.sin_port)); }

 private:
  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&address_); }

  const int listener_;
  sockaddr_in address_{};
  std::vector<int> waiting_;
};

/// Answers request after request on one connection after the other: to the one whose path is
/// `/first` with `first`, else with "other".
class ScriptedPort {
 public:
  explicit ScriptedPort(std::string first)
      : first_(std::move(first)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 4) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = std::to_string(ntohs(address.sin_port));
    server_ = std::jthread([this] { serve(); });
  }
  ~ScriptedPort() {
    ::shutdown(listener_, SHUT_RDWR);
    server_.join();
    ::close(listener_);
  }
  ScriptedPort(const ScriptedPort&) = delete;
  ScriptedPort& operator=(const ScriptedPort&) = delete;

  const std::string& port() const { return port_; }

 private:
  void serve() const {
    for (int socket = accept(); socket >= 0; socket = accept()) {
      std::string head;
      for (char byte = 0; ::recv(socket, &byte, 1, 0) == 1;) {
        head += byte;
        if (!head.ends_with("\r\n\r\n")) continue;
        const std::string_view answer = head.starts_with("GET /first ") ? first_ : kOther;
        static_cast<void>(::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL));
        head.clear();
      }
      ::close(socket);
    }
  }

  int accept() const { return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); }

  static constexpr std::string_view kOther = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother";
  const std::string first_;
  const int listener_;
  std::string port_;
  std::jthread server_;
};

}  // namespace

TEST_CASE("the client gives up a server that says nothing, wherever it falls silent") {
  struct Row {
    const char* where;
    bool is_secure;
    bool is_full;
  };
  for (const Row& row : {Row{"connecting", false, true}, Row{"the TLS handshake", true, false},
                         Row{"the response", false, false}}) {
    CAPTURE(row.where);
    MutePort mute(row.is_full ? 0 : 16);
    if (row.is_full) mute.fill();
    Client client({row.is_secure, "127.0.0.1", mute.port(), ""}, std::chrono::seconds(1));
    const auto response = client.send({Method::get, "/readyz", {}, {}});
    REQUIRE(response.has_error());
    CHECK(response.error().code() == "connection_failed");
    CHECK(response.error().detail().find("timed out") != std::string::npos);
  }
}

TEST_CASE("the client gives up a server that does not take the request") {
  const MutePort mute(16);
  Client client({false, "127.0.0.1", mute.port(), ""}, std::chrono::seconds(1));
  const auto response = client.send({Method::post, "/", {}, std::string(64 << 20, 'x')});
  REQUIRE(response.has_error());
  CHECK(response.error().code() == "connection_failed");
}

TEST_CASE("addresses of servers are taken apart, and what is none is refused") {
  struct Row {
    const char* text;
    const char* port;
    const char* base_path;
  };
  for (const Row& row :
       {Row{"http://host", "80", ""}, Row{"HTTPS://host/", "443", ""},
        Row{"HTTP://host:65535/geond/", "65535", "/geond"}, Row{"http://[::1]:8080", "8080", ""},
        // It was decoded and sent so: two words in the request line.
        Row{"http://host/my%20geond", "80", "/my%20geond"}}) {
    CAPTURE(row.text);
    const auto server = parse_server_url(row.text);
    REQUIRE(server);
    CHECK(server->port == row.port);
    CHECK(server->base_path == row.base_path);
    CHECK(server->is_secure == (server->port == "443"));
  }
  // 73616 is 8080 in the lowest 16 bits: the key went there.
  for (const char* text :
       {"http://host:73616", "http://host:65536", "http://host:0", "ftp://host", "host:8080",
        "http://", "http://user@host", "http://host/?a=b", "http://host/#x", "http://host#"}) {
    CAPTURE(text);
    const auto server = parse_server_url(text);
    REQUIRE(server.has_error());
    CHECK(server.error().kind() == core::ErrorKind::invalid_argument);
  }
}

TEST_CASE("a file of authorities that holds none is named") {
  const support::TemporaryDirectory directory;
  const std::string file = (directory.path() / "ca.pem").string();
  CHECK(check_authorities(file).error().detail().find(file + " cannot be read") == 0);
  std::ofstream(file) << "no certificate";
  CHECK(check_authorities(file).error().detail().find(file + " has no certificate") == 0);
}

// It was told as a broken pipe, and the whole request sent again.
TEST_CASE("a refusal that comes while the request is sent is the response") {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listener, 4) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::jthread server([listener] {
    const int socket = ::accept(listener, nullptr, nullptr);
    constexpr std::string_view kRefusal =
        "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno\n";
    static_cast<void>(::send(socket, kRefusal.data(), kRefusal.size(), MSG_NOSIGNAL));
    ::close(socket);  // With bytes unread, hence by a reset.
  });
  Client client({false, "127.0.0.1", std::to_string(ntohs(address.sin_port)), ""},
                std::chrono::seconds(10));
  const auto response = client.send({Method::post, "/", {}, std::string(64 << 20, 'x')});
  ::close(listener);
  REQUIRE(response);
  CHECK(response->status == 413);
  CHECK(response->body == "no\n");
}

// The interim answer was taken for the final one, and that for the answer to the next request.
TEST_CASE("an answer is that of its own request, whatever else is said on the connection") {
  const std::string own = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nown";
  struct Row {
    const char* what;
    std::string said;
  };
  for (const Row& row :
       {Row{"100", "HTTP/1.1 100 Continue\r\n\r\n" + own},
        Row{"103 twice",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            "HTTP/1.1 103 Early Hints\r\n\r\n" +
                own},
        Row{"the answer twice", own + own}, Row{"bytes behind the answer", own + "more"}}) {
    CAPTURE(row.what);
    const ScriptedPort server(row.said);
    Client client({false, "127.0.0.1", server.port(), ""}, std::chrono::seconds(10));
    for (const char* target : {"/first", "/second"}) {
      CAPTURE(target);
      const auto response = client.send({Method::get, target, {}, {}});
      REQUIRE(response);
      CHECK(response->status == 200);
      CHECK(response->body == (std::string_view(target) == "/first" ? "own" : "other"));
    }
  }
}

TEST_CASE("a server that sends interim answers without end is given up") {
  std::string said;
  for (int count = 0; count < 2000; ++count) said += "HTTP/1.1 102 Processing\r\n\r\n";
  const ScriptedPort server(said);
  Client client({false, "127.0.0.1", server.port(), ""}, std::chrono::seconds(10));
  const auto response = client.send({Method::get, "/first", {}, {}});
  REQUIRE(response.has_error());
  CHECK(response.error().code() == "connection_failed");
}

}  // namespace geond::http
