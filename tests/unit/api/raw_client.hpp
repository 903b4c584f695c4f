// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

#include "test_api.hpp"

namespace geond::api::test {

/// A connection on which a test says what it likes, and hears the answer as it comes.
class RawClient {
 public:
  RawClient(const TestApi& api, std::string_view text)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(api.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(say(text));
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  /// False if the server has closed the connection.
  bool say(std::string_view text) {
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }

  /// Says no more, but goes on hearing.
  void end() { ::shutdown(socket_, SHUT_WR); }

  /// Whether the text comes in time.
  bool hears(std::string_view text, std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (heard_.find(text) == std::string::npos) {
      if (!receive(until)) return false;
    }
    return true;
  }

  /// Whether the server ends the connection in time.
  bool is_ended(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (receive(until)) {
    }
    return std::chrono::steady_clock::now() < until;
  }

  const std::string& heard() const { return heard_; }

 private:
  /// False at the end of the connection or of the time.
  bool receive(std::chrono::steady_clock::time_point until) {
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd waiting{socket_, POLLIN, 0};
    if (rest.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(rest.count())) <= 0) return false;
    char buffer[4096];
    const ssize_t got = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (got <= 0) return false;
    heard_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int socket_;
  std::string heard_;
};

}  // namespace geond::api::test
