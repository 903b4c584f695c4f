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
#include <boost/url/parse.hpp>
#include <optional>

namespace geond::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Socket = asio::ip::tcp::socket;
using TlsStream = asio::ssl::stream<Socket>;
using BeastRequest = beast::http::request<beast::http::string_body>;

constexpr std::uint64_t kMaximumResponse = 256ULL << 20;

/// Blocking reads and writes give up after this long.
void set_timeout(Socket& socket, std::chrono::seconds timeout) {
  const timeval value{timeout.count(), 0};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value);
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value);
}

template <class Stream>
ClientResponse exchange(Stream& stream, const BeastRequest& out, bool& keep_alive) {
  beast::http::write(stream, out);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(kMaximumResponse);
  parser.skip(out.method() == beast::http::verb::head);
  beast::http::read(stream, buffer, parser);
  keep_alive = parser.keep_alive();
  ClientResponse response;
  response.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    response.headers.add(std::string_view(field.name_string()), std::string_view(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

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

}  // namespace

core::Result<ServerUrl> parse_server_url(std::string_view text) {
  const core::Error invalid(core::ErrorKind::invalid_argument, "invalid_url",
                            fmt::format("'{}' is not the address of a server: use "
                                        "http://HOST:PORT or https://HOST:PORT.",
                                        text.substr(0, 256)));
  const auto url = boost::urls::parse_uri(boost::core::string_view(text.data(), text.size()));
  if (!url || url->host().empty() || url->has_userinfo() || url->has_query()) return invalid;
  if (url->scheme() != "http" && url->scheme() != "https") return invalid;
  ServerUrl server;
  server.is_secure = url->scheme() == "https";
  server.host = url->host_address();
  server.port = server.is_secure ? "443" : "80";
  if (url->has_port() && !url->port().empty()) server.port = std::string(url->port());
  server.base_path = url->path();
  while (server.base_path.ends_with('/')) server.base_path.pop_back();
  return server;
}

struct Client::State {
  ServerUrl server;
  std::chrono::seconds timeout{};
  std::string certificates;
  asio::io_context io;
  std::optional<asio::ssl::context> tls_context;
  std::optional<Socket> plain;
  std::optional<TlsStream> tls;

  bool is_connected() const { return plain.has_value() || tls.has_value(); }

  void disconnect() {
    plain.reset();
    tls.reset();
  }

  void connect() {
    asio::ip::tcp::resolver resolver(io);
    Socket socket(io);
    asio::connect(socket, resolver.resolve(server.host, server.port));
    set_timeout(socket, timeout);
    socket.set_option(asio::ip::tcp::no_delay(true));
    if (server.is_secure) {
      connect_tls(std::move(socket));
    } else {
      plain.emplace(std::move(socket));
    }
  }

  void connect_tls(Socket socket) {
    if (!tls_context) {
      tls_context.emplace(asio::ssl::context::tls_client);
      if (certificates.empty()) {
        tls_context->set_default_verify_paths();
      } else {
        tls_context->load_verify_file(certificates);
      }
    }
    TlsStream stream(std::move(socket), *tls_context);
    SSL_set_tlsext_host_name(stream.native_handle(), server.host.c_str());
    stream.set_verify_mode(asio::ssl::verify_peer);
    stream.set_verify_callback(asio::ssl::host_name_verification(server.host));
    stream.handshake(asio::ssl::stream_base::client);
    tls.emplace(std::move(stream));
  }

  ClientResponse send(const BeastRequest& out) {
    if (!is_connected()) connect();
    bool keep_alive = false;
    ClientResponse response =
        tls ? exchange(*tls, out, keep_alive) : exchange(*plain, out, keep_alive);
    if (!keep_alive) disconnect();
    return response;
  }
};

Client::Client(ServerUrl server, std::chrono::seconds timeout, std::string certificates)
    : state_(std::make_unique<State>()) {
  state_->server = std::move(server);
  state_->timeout = timeout;
  state_->certificates = std::move(certificates);
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

core::Result<ClientResponse> Client::send(const ClientRequest& request) {
  const BeastRequest out = make_request(state_->server, request);
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
