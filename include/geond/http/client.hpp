// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/certificate.hpp"
#include "geond/http/request.hpp"

namespace geond::http {

/// Where a server is: taken apart from `http://host:port/base` or `https://...`.
struct ServerUrl {
  bool is_secure = false;
  std::string host;       ///< Name or address, without brackets.
  std::string port;       ///< 1 to 65535.
  std::string base_path;  ///< Empty, or `/geond`; percent-encoded as it was given.
};

/// Reads the address of a server, without query or fragment; the scheme in any case. Errors:
/// invalid_argument `invalid_url`.
core::Result<ServerUrl> parse_server_url(std::string_view text);

/// A name or value of a query as it stands in a target: all but the unreserved characters of
/// RFC 3986 (2.3) is percent-encoded.
std::string encode_for_query(std::string_view text);

struct ClientRequest {
  Method method = Method::get;
  std::string target;  ///< Below the server's base path, with query.
  Headers headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// By what a client knows a server that speaks TLS; by default the system's authorities and the
/// server's name.
struct ServerTrust {
  std::string authorities;  ///< PEM file to trust instead of the system's; may be empty.
  /// Any certificate will do: for this machine's own server, which is told no secret. What it shows
  /// is certificate()'s to say.
  bool takes_any = false;
};

/// Whether a file can be ServerTrust::authorities. Errors: invalid_argument `invalid_authorities`,
/// naming the file.
core::Result<void> check_authorities(const std::string& file);

/// A blocking HTTP client for geond's own commands. One connection, kept alive and made again when
/// the server has closed it or has said more than was asked. Not thread-safe.
class Client {
 public:
  /// `timeout` is for each step: connecting (not looking up the name), the TLS handshake, each read
  /// and each write of what is there.
  Client(ServerUrl server, std::chrono::seconds timeout, ServerTrust trust = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// Sends the request and reads the whole response (at most 256 MiB). A kept connection that the
  /// server has closed meanwhile is made anew and the request sent again, so that a request
  /// should be one that may be done twice (GET, or with an Idempotency-Key).
  /// An answer that came before the request was wholly taken is the response, too. Interim answers
  /// (1xx, but for 101) are passed over.
  /// Errors: unavailable `connection_failed` (nothing listens there, it closed, TLS, time over;
  /// the request may or may not have been done).
  core::Result<ClientResponse> send(const ClientRequest& request);

  /// What the server showed when it was last connected to; nothing without TLS.
  const std::optional<Certificate>& certificate() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace geond::http
