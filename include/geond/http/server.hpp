// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/core/random.hpp"
#include "geond/core/result.hpp"
#include "geond/http/certificate.hpp"
#include "geond/http/router.hpp"

namespace geond::http {

/// Where to listen. Port 0: the kernel chooses.
struct ListenAddress {
  std::string host;  ///< An IPv4 or IPv6 address, without brackets.
  std::uint16_t port = 0;

  /// `127.0.0.1:8080`, `[::1]:8080`.
  std::string to_string() const;
  bool is_loopback() const;
};

/// Reads `host:port`, `[v6]:port` or `localhost:port` (which means 127.0.0.1).
/// Errors: invalid_argument `invalid_listen_address`.
core::Result<ListenAddress> parse_listen_address(std::string_view text);

/// Checks an address or a network (`10.0.0.0/8`) for ServerConfig::trusted_proxies.
/// Errors: invalid_argument `invalid_network`.
core::Result<void> check_network(std::string_view text);

/// Checks a base path: empty, or `/a/b` without a slash at its end and of unreserved characters.
/// Errors: invalid_argument `invalid_base_path`.
core::Result<void> check_base_path(std::string_view text);

/// PEM files.
struct TlsFiles {
  std::string certificate_chain;  ///< The server's own certificate first.
  std::string private_key;
};

/// Whether a server can be started with these files. Errors: invalid_argument `invalid_tls_files`.
core::Result<void> check_tls_files(const TlsFiles& files);

/// How long a client may take.
struct Timeouts {
  std::chrono::milliseconds header{10'000};      ///< From a request's first byte to its head's end;
                                                 ///< also the TLS handshake.
  std::chrono::milliseconds idle{60'000};        ///< Between requests; also the longest silence
                                                 ///< within a body, if over body_grace.
  std::chrono::milliseconds write{30'000};       ///< For each piece of a response (at most 64 KiB).
  std::chrono::milliseconds body_grace{10'000};  ///< Of waiting for a body, before the rate counts.
  std::uint64_t body_bytes_per_second = 1024;    ///< The least a body must come with after that.
  /// For the rest of a body that was refused: nothing of it is kept, so its size does not matter,
  /// and many clients read no answer before they have sent all.
  std::chrono::milliseconds drain{5'000};
};

/// How much a client may send.
struct Limits {
  std::size_t max_head_bytes = 16 * 1024;      ///< Request line and headers: 431.
  std::size_t max_target_bytes = 8 * 1024;     ///< 414.
  std::size_t max_header_count = 100;          ///< 431.
  std::uint64_t max_body_bytes = 1024 * 1024;  ///< If the route says nothing: 413.
};

/// What is known of a request when it is over.
struct RequestRecord {
  Method method = Method::get;
  std::string_view route;  ///< The pattern; empty if no route matched.
  std::string_view path;   ///< As sent, without query; empty if the head could not be read.
  int status = 0;          ///< As sent; 0 if the client was gone before.
  double seconds = 0;      ///< From the head to the end of the response.
  std::uint64_t bytes_received = 0;  ///< Of the body.
  std::uint64_t bytes_sent = 0;      ///< Of the response, with its head.
  std::string_view request_id;
  std::string_view trace_id;  ///< Of the client's `traceparent`; empty if there was none.
  std::string_view remote_address;
  std::string_view code;  ///< Of the problem document, if it was one.
};

/// Everything that is decided before the server starts.
struct ServerConfig {
  std::vector<ListenAddress> listen;
  /// Sockets that listen already (systemd socket activation); the server closes them.
  std::vector<int> listening_descriptors;
  std::optional<TlsFiles> tls;  ///< For every listener.
  unsigned io_threads = 1;      ///< 1 to 64.
  unsigned blocking_threads = 8;
  std::size_t blocking_queue = 1024;  ///< Functions that may wait for a blocking thread.
  /// In all; lowered to what the descriptor limit allows (RLIMIT_NOFILE less 512).
  std::size_t max_connections = 8192;
  /// From one address that is not loopback (IPv6: one /64). A trusted proxy is exempt.
  std::size_t max_connections_per_address = 256;
  Timeouts timeouts;
  Limits limits;
  std::string base_path;                     ///< check_base_path()
  std::vector<std::string> trusted_proxies;  ///< check_network(); X-Forwarded-* from these only.
  /// Sent with every response that has no such header itself.
  std::string content_security_policy = "default-src 'none'; frame-ancestors 'none'";
  /// Called after each request, on an I/O thread; must not block or throw.
  std::function<void(const RequestRecord&)> observer;
};

/// How many open files a process with a server for so many connections should be allowed: each has
/// its socket, and a file while it uploads or downloads; the rest is the process's own, and what
/// forms of many pictures hold beyond the first.
std::size_t descriptors_for(std::size_t connections);

/// The listeners, the sessions and their threads.
class Server {
 public:
  /// Binds and listens, but accepts nothing yet; warns as warn_of_certificate() does. `clock`,
  /// `random` and whatever the handlers use must outlive the server. Errors: invalid_argument
  /// (`invalid_network`, `invalid_base_path`, `invalid_tls_files` and the like), conflict
  /// `address_in_use`, forbidden `listen_forbidden`, internal `listen_failed`.
  static core::Result<std::unique_ptr<Server>> create(ServerConfig config, Router router,
                                                      const core::Clock& clock,
                                                      core::RandomSource& random,
                                                      core::Logger logger);

  /// Stops at once if it still runs.
  virtual ~Server() = default;

  /// Starts the threads and accepts. Once.
  virtual void start() = 0;

  /// Where it listens, ports resolved; first the addresses, then the descriptors.
  virtual const std::vector<ListenAddress>& addresses() const = 0;

  /// The port of the first address.
  std::uint16_t port() const { return addresses().front().port; }

  /// Accepts nothing more, closes idle connections, tells waiting handlers (WaitOutcome::stopping),
  /// lets running requests finish for at most `grace`, then cuts what is left. A client that has
  /// sent a part of a request and is silent for a second is answered 408 before; one that has
  /// connected and asked for nothing has a quarter of a second to do so. Returns when every session
  /// is over and the threads have ended; a function on the blocking pool is waited for
  /// however long it takes. Thread-safe; a second call does nothing.
  virtual void stop(std::chrono::milliseconds grace) = 0;

  virtual std::size_t connection_count() const = 0;

  /// Connections from now on use these files; those that are open keep theirs. Warns as
  /// warn_of_certificate() does. Thread-safe.
  /// Errors, after which the files before stay in use: invalid_argument `invalid_tls_files` (also
  /// when the server was made without TLS).
  virtual core::Result<void> renew_tls(const TlsFiles& files) = 0;

  /// What connections from now on are shown; nothing without TLS. Thread-safe.
  virtual std::optional<Certificate> certificate() const = 0;

  /// Says in the log if the certificate in use has expired, is not valid yet or ends soon.
  /// Thread-safe.
  virtual void warn_of_certificate() const = 0;
};

}  // namespace geond::http
