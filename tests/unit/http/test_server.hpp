// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/random.hpp"
#include "geond/http/problem.hpp"
#include "geond/http/server.hpp"
#include "support/raw_client.hpp"

namespace geond::http::testing {

using support::RawClient;
using support::RawResponse;

/// A running server on loopback with the routes that the tests talk to.
class TestServer {
 public:
  /// A config with timeouts that tests can wait for.
  static ServerConfig quick_config();

  using Counter = std::atomic<std::size_t>;

  /// With make_router()'s routes if no others are given.
  explicit TestServer(ServerConfig config = quick_config(), std::optional<Router> router = {});
  ~TestServer();

  std::uint16_t port() const { return server_->port(); }
  RawClient connect() const { return RawClient(port()); }
  /// Sends the text on a connection of its own and reads one response.
  RawResponse ask(std::string_view request, bool has_body = true) const;
  Server& server() const { return *server_; }

  /// How many requests for `/slow` and `/wait` have come to their handlers.
  std::size_t begun() const { return *begun_; }

  struct Seen {
    std::string method, route, path, code;
    int status;
    std::uint64_t received, sent;
  };
  std::vector<Seen> seen() const;

  /// `GET /hello`, `POST /echo` (answers the body), `POST /size`, `GET /items/{id}`, `POST /ignore`
  /// (answers without reading the body), `GET /throw`, `GET /slow` (blocks 300 ms), `GET /wait`
  /// (waits on an event for 20 s, or `ms`; with `while_open` by wait_while_open()), `GET /stream`
  /// (ten pieces), `GET /slow-stream` (two pieces 200 ms apart), `GET /ticks` (endless),
  /// `GET /who` (address, scheme, path), `GET /big` (8 MiB), `POST /form` (multipart). The observer
  /// throws 100 ms after it has seen `/observed`, which no route has. `/slow` and `/wait` count in
  /// `begun`.
  static Router make_router(const std::shared_ptr<Counter>& begun = std::make_shared<Counter>());

 private:
  core::SystemClock clock_;
  core::SystemRandom random_;
  const std::shared_ptr<Counter> begun_ = std::make_shared<Counter>();
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;  // Guarded by mutex_.
  std::unique_ptr<Server> server_;
};

}  // namespace geond::http::testing
