// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "asio.hpp"
#include "geond/core/log.hpp"
#include "geond/http/server.hpp"

namespace geond::http {

/// The listening sockets of a server. open() and adopt() come before start(); what follows runs on
/// a strand of its own.
class Listeners {
 public:
  Listeners(boost::asio::io_context& context, core::Logger logger)
      : context_(context), strand_(boost::asio::make_strand(context)), logger_(std::move(logger)) {}

  /// Errors: conflict `address_in_use`, forbidden `listen_forbidden`, internal `listen_failed`.
  core::Result<void> open(const ListenAddress& address);
  /// Takes a socket that listens already. Errors: invalid_argument `invalid_listen_address`.
  core::Result<void> adopt(int descriptor);

  const std::vector<ListenAddress>& addresses() const { return addresses_; }

  /// Begins to accept; `welcome` gets every connection, one at a time.
  void start(std::function<void(Socket)> welcome);

  /// Accepts what has connected by now, then closes; `closed` is called after the last welcome.
  void close(std::function<void()> closed);

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Strand>;
  struct Listener {
    explicit Listener(const Strand& strand) : acceptor(strand), retry(strand) {}
    Acceptor acceptor;
    Timer retry;
  };

  void accept(Listener& listener);
  void accepted(Listener& listener, const boost::system::error_code& error, Socket socket);
  void take_backlog(Listener& listener);
  void tell_if_closed();

  boost::asio::io_context& context_;
  Strand strand_;
  core::Logger logger_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::vector<ListenAddress> addresses_;
  std::function<void(Socket)> welcome_;
  std::function<void()> closed_;  // Set once close() was called.
  std::size_t accepting_ = 0;     // Accepts under way.
};

}  // namespace geond::http
