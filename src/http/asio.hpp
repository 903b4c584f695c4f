// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <memory>

#include "connection.hpp"

/// The Asio types of the transport, with concrete executors: a type-erased one would cost an
/// allocation for each operation.
namespace geond::http {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;
using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;

/// `tls` may be null: a plain connection.
std::shared_ptr<Connection> make_connection(Socket socket, const IpAddress& peer,
                                            boost::asio::ssl::context* tls);

}  // namespace geond::http
