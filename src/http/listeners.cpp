// SPDX-License-Identifier: MIT
#include "listeners.hpp"

#include <sys/socket.h>

#include <boost/asio/post.hpp>

namespace geond::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using core::Error;
using core::ErrorKind;

constexpr std::chrono::milliseconds kAcceptBackoff(100);

Error listen_error(const ListenAddress& address, const error_code& error) {
  const std::string where = "Cannot listen on " + address.to_string() + ": ";
  if (error == asio::error::address_in_use) {
    return Error(ErrorKind::conflict, "address_in_use",
                 where + "another program does. Stop it, or choose another port.");
  }
  if (error == asio::error::access_denied) {
    return Error(ErrorKind::forbidden, "listen_forbidden",
                 where + "ports below 1024 need a privilege. Choose another port.");
  }
  return Error(ErrorKind::internal, "listen_failed", where + error.message() + ".");
}

bool is_out_of_descriptors(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_memory ||
         error == asio::error::no_buffer_space ||
         error == error_code(ENFILE, boost::system::system_category());
}

/// AF_INET or AF_INET6 for a TCP socket that listens, else 0.
int listening_family(int descriptor) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  int listens = 0;
  socklen_t flag_size = sizeof(listens);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) != 0 ||
      ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &flag_size) != 0 ||
      listens == 0) {
    return 0;
  }
  return bound.ss_family == AF_INET || bound.ss_family == AF_INET6 ? bound.ss_family : 0;
}

}  // namespace

core::Result<void> Listeners::open(const ListenAddress& address) {
  error_code error;
  const tcp::endpoint wanted(asio::ip::make_address(address.host, error), address.port);
  if (error) return listen_error(address, error);
  auto listener = std::make_unique<Listener>(strand_);
  Acceptor& acceptor = listener->acceptor;
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(address, error);
  addresses_.push_back({address.host, acceptor.local_endpoint().port()});
  listeners_.push_back(std::move(listener));
  return core::ok();
}

core::Result<void> Listeners::adopt(int descriptor) {
  const int family = listening_family(descriptor);
  auto listener = std::make_unique<Listener>(strand_);
  error_code error;
  if (family != 0) {
    listener->acceptor.assign(family == AF_INET ? tcp::v4() : tcp::v6(), descriptor, error);
  }
  if (family == 0 || error) {
    return Error(ErrorKind::invalid_argument, "invalid_listen_address",
                 "The descriptor " + std::to_string(descriptor) +
                     " that was handed over is no TCP socket that listens.");
  }
  const tcp::endpoint local = listener->acceptor.local_endpoint();
  addresses_.push_back({local.address().to_string(), local.port()});
  listeners_.push_back(std::move(listener));
  return core::ok();
}

void Listeners::start(std::function<void(Socket)> welcome) {
  welcome_ = std::move(welcome);
  asio::post(strand_, [this] {
    for (const auto& listener : listeners_) accept(*listener);
  });
}

void Listeners::accept(Listener& listener) {
  ++accepting_;
  const auto handler = [this, &listener](const error_code& error, Socket socket) {
    --accepting_;
    accepted(listener, error, std::move(socket));
  };
  listener.acceptor.async_accept(asio::make_strand(context_), handler);
}

void Listeners::accepted(Listener& listener, const error_code& error, Socket socket) {
  if (!error) welcome_(std::move(socket));
  if (!listener.acceptor.is_open()) {
    tell_if_closed();
    return;
  }
  if (!is_out_of_descriptors(error)) {
    accept(listener);
    return;
  }
  // Accepting again at once would spin until a descriptor is free.
  logger_.warning("Out of descriptors: accepting pauses", {{"why", error.message()}});
  listener.retry.expires_after(kAcceptBackoff);
  listener.retry.async_wait([this, &listener](const error_code& cancelled) {
    if (!cancelled && listener.acceptor.is_open()) accept(listener);
  });
}

/// So that closing does not reset who has just connected.
void Listeners::take_backlog(Listener& listener) {
  error_code error;
  listener.acceptor.non_blocking(true, error);
  while (!error) {
    Socket socket(asio::make_strand(context_));
    listener.acceptor.accept(socket, error);
    if (!error) welcome_(std::move(socket));
  }
}

void Listeners::close(std::function<void()> closed) {
  asio::post(strand_, [this, closed = std::move(closed)] {
    for (const auto& listener : listeners_) {
      take_backlog(*listener);
      error_code ignored;
      listener->acceptor.close(ignored);
      listener->retry.cancel();
    }
    closed_ = closed;
    tell_if_closed();
  });
}

void Listeners::tell_if_closed() {
  if (accepting_ == 0 && closed_) closed_();
}

}  // namespace geond::http
