// SPDX-License-Identifier: MIT
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace geond::support {

/// One response as a client without any leniency reads it.
struct RawResponse {
  int status = 0;
  std::string head;
  std::string body;

  std::string header(std::string_view name) const {
    const std::string key = "\r\n" + std::string(name) + ": ";
    const std::size_t at = head.find(key);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + key.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

/// A TCP socket to loopback that sends exactly what it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1", int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in source = address(from, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    ::bind(socket_, reinterpret_cast<sockaddr*>(&source), sizeof(source));
    sockaddr_in target = address("127.0.0.1", port);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&target), sizeof(target)) != 0) {
      throw std::runtime_error("connect failed");
    }
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  RawClient(RawClient&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}
  ~RawClient() {
    if (socket_ >= 0) ::close(socket_);
  }

  /// False if the server has reset the connection.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// Its own.
  std::uint16_t port() const {
    sockaddr_in own{};
    socklen_t size = sizeof(own);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &size);
    return ntohs(own.sin_port);
  }

  void shutdown_send() { ::shutdown(socket_, SHUT_WR); }
  void close() { ::close(std::exchange(socket_, -1)); }
  /// Closes with a reset, whatever has been sent and read.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close();
  }

  /// Reads what comes until `text` was received; false at the end of the stream or the timeout.
  bool read_until(std::string_view text, std::chrono::milliseconds timeout = kPatience) {
    const auto until = std::chrono::steady_clock::now() + timeout;
    while (received_.find(text) == std::string::npos) {
      const auto rest =
          std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
      if (!receive(std::max(rest, std::chrono::milliseconds(0)))) return false;
    }
    return true;
  }

  /// Status 0: no response came.
  RawResponse read_response(bool has_body = true, std::chrono::milliseconds timeout = kPatience) {
    RawResponse response;
    if (!read_until("\r\n\r\n", timeout)) return response;
    const std::size_t end = received_.find("\r\n\r\n");
    response.head = received_.substr(0, end + 4);
    received_.erase(0, end + 4);
    response.status = std::stoi(response.head.substr(9, 3));
    if (response.status == 100 || !has_body) return response;
    if (response.header("Transfer-Encoding") == "chunked") {
      read_chunks(response.body);
    } else if (const std::string length = response.header("Content-Length"); !length.empty()) {
      const std::size_t size = std::stoul(length);
      while (received_.size() < size && receive(timeout)) {
      }
      response.body = received_.substr(0, size);
      received_.erase(0, response.body.size());
    }
    return response;
  }

  /// One event or other piece of a chunked stream whose head was read without its body.
  std::string read_chunk() {
    if (!read_until("\r\n")) return {};
    const std::size_t line = received_.find("\r\n");
    const std::size_t size = std::stoul(received_.substr(0, line), nullptr, 16);
    while (received_.size() < line + 2 + size + 2 && receive(kPatience)) {
    }
    const std::string chunk = received_.substr(line + 2, size);
    received_.erase(0, line + 2 + size + 2);
    return chunk;
  }

  /// Whether the server closes (or resets) within the timeout, sending nothing more.
  bool is_closed(std::chrono::milliseconds timeout = kPatience) {
    while (true) {
      pollfd wait{socket_, POLLIN, 0};
      if (::poll(&wait, 1, static_cast<int>(timeout.count())) <= 0) return false;
      char byte = 0;
      const ssize_t count = ::recv(socket_, &byte, 1, 0);
      if (count <= 0) return received_.empty();
      received_.push_back(byte);
    }
  }

  std::string& received() { return received_; }

  int descriptor() const { return socket_; }

  static constexpr std::chrono::milliseconds kPatience{10'000};

 private:
  static sockaddr_in address(const char* host, std::uint16_t port) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(port);
    ::inet_pton(AF_INET, host, &result.sin_addr);
    return result;
  }

  bool receive(std::chrono::milliseconds timeout) {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(timeout.count())) <= 0) return false;
    char buffer[64 * 1024];
    const ssize_t count = ::recv(socket_, buffer, sizeof(buffer), 0);
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  void read_chunks(std::string& body) {
    while (true) {
      const std::size_t before = body.size();
      body += read_chunk();
      if (body.size() == before) return;
    }
  }

  int socket_;
  std::string received_;
};

}  // namespace geond::support
