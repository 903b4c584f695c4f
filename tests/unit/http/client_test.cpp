// SPDX-License-Identifier: MIT
#include "geond/http/client.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

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

}  // namespace geond::http
