// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
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

/// Whether a control request takes so long that others should not wait for its end.
using TakesLong = std::function<bool(const std::string& request)>;

/// The Unix socket in the data directory through which `geond user`, `backup` and `verify` speak
/// to the running server. Mode 0600: whoever may open it is the data's owner. Requests are
/// answered one after the other, those that take long on a thread of their own, so that an account
/// can be made or removed while a backup runs; one whose client has gone is not begun.
class ControlServer {
 public:
  /// Listens on `socket`; a stale one (the caller holds the data directory's lock) is replaced.
  /// `handler` is called on two threads at once where `takes_long` says so of a request, by default
  /// of none. Errors: internal `control_socket_failed`.
  static core::Result<std::unique_ptr<ControlServer>> start(const std::filesystem::path& socket,
                                                            ControlHandler handler,
                                                            core::Logger logger,
                                                            TakesLong takes_long = {});

  /// Stops, whether or not a client reads its answer, and removes the socket.
  ~ControlServer();

  /// Takes no more requests and tells the handler to end. Returns at once.
  void request_stop();

 private:
  /// A request that waits for those before it.
  struct LongRequest {
    core::FileDescriptor connection;
    std::string request;
  };

  ControlServer(core::FileDescriptor listener, std::filesystem::path socket, ControlHandler handler,
                core::Logger logger, TakesLong takes_long);

  void serve(const std::stop_token& stop);
  void serve_long(const std::stop_token& stop);
  void receive(core::FileDescriptor connection, const std::stop_token& stop);
  void put_off(LongRequest request);
  void answer(int connection, const std::string& request, const std::stop_token& stop) const;
  template <class Step>
  void attempt(const Step& step) const;

  const core::FileDescriptor listener_;
  const std::filesystem::path socket_;
  const ControlHandler handler_;
  const core::Logger logger_;
  const TakesLong takes_long_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<LongRequest> waiting_;  // Guarded by mutex_.
  std::jthread thread_;
  std::jthread long_thread_;
};

/// Sends one request (at most 64 KiB) to the server of `data` and returns its answer; waits for it
/// as long as it takes (a backup of a large store takes minutes), but not for a process that is
/// stopped. Errors: unavailable `control_unreachable`, invalid_argument `request_too_large`.
core::Result<std::string> ask_server(const std::filesystem::path& data, const std::string& request);

}  // namespace geond::app
