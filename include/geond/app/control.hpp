// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "geond/core/file_descriptor.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"

namespace geond::app {

/// Answers one control request (a JSON object in one line) with one line of JSON. Ends soon after
/// `stop` is requested.
using ControlHandler =
    std::function<std::string(const std::string& request, const std::stop_token& stop)>;

/// The Unix socket in the data directory through which `geond user`, `backup` and `verify` speak
/// to the running server. Mode 0600: whoever may open it is the data's owner. Requests are
/// answered one after the other, on a thread of its own; one whose client has gone is not begun.
class ControlServer {
 public:
  /// Listens on `socket`; a stale one (the caller holds the data directory's lock) is replaced.
  /// Errors: internal `control_socket_failed`.
  static core::Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket,
                                                            ControlHandler handler,
                                                            core::Logger logger);

  /// Stops, whether or not a client reads its answer, and removes the socket.
  ~ControlServer();

  /// Takes no more requests and tells the handler to end. Returns at once.
  void request_stop() { thread_.request_stop(); }

 private:
  ControlServer(core::FileDescriptor listener, std::filesystem::path socket, ControlHandler handler,
                core::Logger logger);

  void serve(const std::stop_token& stop) const;
  void answer(int connection, const std::stop_token& stop) const;

  const core::FileDescriptor listener_;
  const std::filesystem::path socket_;
  const ControlHandler handler_;
  const core::Logger logger_;
  std::jthread thread_;
};

/// Where the control socket of a data directory is.
std::filesystem::path control_socket(const std::filesystem::path& data);

/// Sends one request (at most 64 KiB) to the server of `data` and returns its answer; waits for it
/// as long as it takes (a backup of a large store takes minutes), but not for a process that is
/// stopped. Errors: unavailable `control_unreachable`, invalid_argument `request_too_large`.
core::Result<std::string> ask_server(const std::filesystem::path& data, const std::string& request);

}  // namespace geond::app
