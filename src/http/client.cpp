// SPDX-License-Identifier: MIT
#include "geond/http/client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/scheme.hpp>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

#include "x509.hpp"

namespace geond::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using Socket = asio::ip::tcp::socket;
using TlsStream = asio::ssl::stream<Socket>;
using BeastRequest = beast::http::request<beast::http::string_body>;

constexpr std::uint64_t kMaximumResponse = 256ULL << 20;
/// Interim answers before the one that counts; a proxy that tells of waiting sends one in seconds.
constexpr int kMaximumInterim = 1000;

BeastRequest make_request(const ServerUrl& server, const ClientRequest& request) {
  BeastRequest out;
  out.version(11);
  const std::string_view method = method_name(request.method);
  out.method_string(beast::string_view(method.data(), method.size()));
  out.target(server.base_path + request.target);
  const bool is_ipv6 = server.host.find(':') != std::string::npos;
  out.set(beast::http::field::host, is_ipv6 ? fmt::format("[{}]:{}", server.host, server.port)
                                            : fmt::format("{}:{}", server.host, server.port));
  out.set(beast::http::field::user_agent, "geond");
  for (const auto& [name, value] : request.headers.fields()) out.set(name, value);
  out.body() = request.body;
  out.prepare_payload();
  return out;
}

/// Whether an answer is followed by another one to the same request (RFC 9110, 15.2). Nobody asked
/// to switch protocols: after 101 comes nothing that could be read.
bool is_interim(int status) {
  return status >= 100 && status < 200 && status != 101;
}

/// Whether a connection on which nothing is awaited has something to read, or has ended.
bool has_news(Socket& socket) {
  char byte = 0;
  const ssize_t count = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

/// Whether something has come over TLS that nobody has read.
bool has_unread(TlsStream& stream) {
  SSL* ssl = stream.native_handle();
  return SSL_has_pending(ssl) == 1 || BIO_pending(SSL_get_rbio(ssl)) > 0;
}

/// Whether something can listen there. The resolver takes the lowest 16 bits of larger numbers.
bool is_port(std::string_view digits) {
  std::uint16_t number = 0;
  const char* end = digits.data() + digits.size();
  const auto [parsed, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc{} && parsed == end && number != 0;
}

}  // namespace

std::string encode_for_query(std::string_view text) {
  return boost::urls::encode(boost::core::string_view(text.data(), text.size()),
                             boost::urls::unreserved_chars);
}

core::Result<void> check_authorities(const std::string& file) {
  asio::ssl::context context(asio::ssl::context::tls_client);
  error_code error;
  context.load_verify_file(file, error);
  if (!error) return core::ok();
  std::ifstream stream(file);
  const bool is_readable = stream.peek() != std::ifstream::traits_type::eof();
  return core::Error(
      core::ErrorKind::invalid_argument, "invalid_authorities",
      fmt::format("{} {}: name a PEM file with certificates.", file,
                  is_readable ? "has no certificate" : "cannot be read, or is empty"));
}

core::Result<ServerUrl> parse_server_url(std::string_view text) {
  const core::Error invalid(core::ErrorKind::invalid_argument, "invalid_url",
                            fmt::format("'{}' is not the address of a server: use "
                                        "http://HOST:PORT or https://HOST:PORT.",
                                        text.substr(0, 256)));
  const auto url = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
  if (!url || url->host().empty() || url->has_userinfo() || url->has_query()) return invalid;
  if (url->has_fragment()) return invalid;
  const boost::urls::scheme scheme = url->scheme_id();
  if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https) return invalid;
  ServerUrl server;
  server.is_secure = scheme == boost::urls::scheme::https;
  server.host = url->host_address();
  server.port = server.is_secure ? "443" : "80";
  if (url->has_port() && !url->port().empty()) server.port = std::string(url->port());
  if (!is_port(server.port)) return invalid;
  server.base_path = std::string(url->encoded_path());
  while (server.base_path.ends_with('/')) server.base_path.pop_back();
  return server;
}

struct Client::State {
  ServerUrl server;
  std::chrono::seconds timeout{};
  ServerTrust trust;
  asio::io_context io{1};
  std::optional<asio::ssl::context> tls_context;
  std::optional<Socket> plain;
  std::optional<TlsStream> tls;
  std::optional<Certificate> certificate;

  bool is_connected() const { return plain.has_value() || tls.has_value(); }

  void disconnect() {
    plain.reset();
    tls.reset();
  }

  /// Runs the operation that `begin` begins with the handler it is given; throws what went wrong.
  /// Asio's blocking calls would wait for ever: they poll again whatever SO_RCVTIMEO says.
  template <class Begin>
  void await(Begin begin) {
    bool is_done = false;
    error_code result;
    begin([&](const error_code& error, auto&&...) {
      is_done = true;
      result = error;
    });
    io.restart();
    io.run_for(timeout);
    if (!is_done) {
      Socket& socket = tls ? tls->next_layer() : *plain;
      error_code ignored;
      socket.close(ignored);
      // The operation ends now, and lets go of what it was given.
      io.restart();
      io.run();
      result = asio::error::timed_out;
    }
    if (result) throw boost::system::system_error(result);
  }

  void connect() {
    asio::ip::tcp::resolver resolver(io);
    const auto endpoints = resolver.resolve(server.host, server.port);
    plain.emplace(io);
    await([&](auto handler) { asio::async_connect(*plain, endpoints, handler); });
    plain->set_option(asio::ip::tcp::no_delay(true));
    if (server.is_secure) connect_tls();
  }

  void connect_tls() {
    if (!tls_context) {
      tls_context.emplace(asio::ssl::context::tls_client);
      if (trust.authorities.empty()) {
        tls_context->set_default_verify_paths();
      } else {
        tls_context->load_verify_file(trust.authorities);
      }
    }
    tls.emplace(std::move(*plain), *tls_context);
    plain.reset();
    SSL_set_tlsext_host_name(tls->native_handle(), server.host.c_str());
    if (trust.takes_any) {
      tls->set_verify_mode(asio::ssl::verify_none);
    } else {
      tls->set_verify_mode(asio::ssl::verify_peer);
      tls->set_verify_callback(asio::ssl::host_name_verification(server.host));
    }
    await([&](auto handler) { tls->async_handshake(asio::ssl::stream_base::client, handler); });
    // The stream keeps it.
    const X509* shown = SSL_get0_peer_certificate(tls->native_handle());
    if (shown != nullptr) certificate = describe(*shown);
  }

  template <class Stream>
  void write(Stream& stream, const BeastRequest& out) {
    beast::http::request_serializer<beast::http::string_body> serializer(out);
    while (!serializer.is_done()) {
      await([&](auto handler) { beast::http::async_write_some(stream, serializer, handler); });
    }
  }

  template <class Stream>
  ClientResponse exchange(Stream& stream, const BeastRequest& out) {
    try {
      write(stream, out);
    } catch (const boost::system::system_error& unwritten) {
      // Who refuses an upload may close before it has come: what was said before says why.
      try {
        ClientResponse refusal = read(stream, out);
        disconnect();
        return refusal;
      } catch (const boost::system::system_error&) {
        throw unwritten;
      }
    }
    return read(stream, out);
  }

  /// The answer that counts. The connection is kept if it ends with it.
  template <class Stream>
  ClientResponse read(Stream& stream, const BeastRequest& out) {
    beast::flat_buffer buffer;
    for (int interim = 0; interim <= kMaximumInterim; ++interim) {
      auto [response, keeps_alive] = read_one(stream, buffer, out);
      if (is_interim(response.status)) continue;
      if (!keeps_alive || buffer.size() > 0) disconnect();
      return std::move(response);
    }
    throw boost::system::system_error(beast::http::error::bad_status);
  }

  /// One answer, interim ones included, and whether the connection may be used after it. What came
  /// behind it stays in `buffer`.
  template <class Stream>
  std::pair<ClientResponse, bool> read_one(Stream& stream, beast::flat_buffer& buffer,
                                           const BeastRequest& out) {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(kMaximumResponse);
    parser.skip(out.method() == beast::http::verb::head);
    parser.eager(true);
    while (!parser.is_done()) {
      await([&](auto handler) { beast::http::async_read_some(stream, buffer, parser, handler); });
    }
    ClientResponse response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
      response.headers.add(std::string_view(field.name_string()), std::string_view(field.value()));
    }
    response.body = std::move(parser.get().body());
    return {std::move(response), parser.keep_alive()};
  }

  /// Hangs up a kept connection on which something has come that no request asked for: it would be
  /// taken for the answer to the next one.
  void drop_if_stale() {
    const bool is_stale = tls     ? has_unread(*tls) || has_news(tls->next_layer())
                          : plain ? has_news(*plain)
                                  : false;
    if (is_stale) disconnect();
  }

  ClientResponse send(const BeastRequest& out) {
    if (!is_connected()) connect();
    return tls ? exchange(*tls, out) : exchange(*plain, out);
  }
};

Client::Client(ServerUrl server, std::chrono::seconds timeout, ServerTrust trust)
    : state_(std::make_unique<State>()) {
  state_->server = std::move(server);
  state_->timeout = timeout;
  state_->trust = std::move(trust);
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

const std::optional<Certificate>& Client::certificate() const {
  return state_->certificate;
}

core::Result<ClientResponse> Client::send(const ClientRequest& request) {
  const BeastRequest out = make_request(state_->server, request);
  state_->drop_if_stale();
  for (bool may_repeat = state_->is_connected();; may_repeat = false) {
    try {
      return state_->send(out);
    } catch (const boost::system::system_error& error) {
      state_->disconnect();
      const bool closed_meanwhile = error.code() == beast::http::error::end_of_stream ||
                                    error.code() == asio::error::connection_reset ||
                                    error.code() == asio::error::broken_pipe;
      if (may_repeat && closed_meanwhile) continue;
      return core::Error(core::ErrorKind::unavailable, "connection_failed",
                         fmt::format("No answer from {}:{}: {}.", state_->server.host,
                                     state_->server.port, error.code().message()));
    }
  }
}

}  // namespace geond::http
