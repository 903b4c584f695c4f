// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "connection.hpp"
#include "geond/http/request.hpp"
#include "geond/http/response.hpp"
#include "head_parser.hpp"
#include "input_buffer.hpp"
#include "session_body.hpp"
#include "session_context.hpp"
#include "session_host.hpp"

namespace geond::http {

/// A coroutine that nobody awaits; what it uses is kept alive by its parameters.
struct Detached {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language asks for this name
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    [[noreturn]] void unhandled_exception() noexcept { std::terminate(); }
  };
};

/// One connection from its first byte to its last: reads heads, judges them, calls handlers, sends
/// responses. Never destroyed while a coroutine of it is suspended: whoever wants it to end closes
/// its connection, and every operation then fails.
class Session final : public PeerWatch, public std::enable_shared_from_this<Session> {
 public:
  Session(SessionHost& host, std::shared_ptr<Connection> connection);
  ~Session() override;

  /// Begins to work. Thread-safe, once.
  void start();
  /// Ends it as soon as no request is being worked on; waiting events are told, and a client that
  /// is silent for a second in the middle of its request gets a 408. Thread-safe.
  void begin_stop();
  /// Closes the connection at once. Thread-safe.
  void cut();

  const IpAddress& peer() const { return connection_->peer(); }

  void start_watch() override;
  /// A client that only sends no more still wants its answer; a stream that never ends by itself
  /// ends with it, since nothing else would tell that it has closed.
  bool is_gone() const override { return broken_ || (has_ended_ && endless_); }
  bool has_ended() const override { return broken_ || has_ended_; }

 private:
  enum class After { next_request, close_connection };
  /// How much is to be waited for before closing, so that the client sees the last response.
  enum class Linger { briefly, for_refused_body };

  struct Exchange;
  class CurrentExchange;

  static Detached run(std::shared_ptr<Session> self);
  static Detached watch(std::shared_ptr<Session> self);

  Task<void> serve();
  Task<After> serve_request();
  Task<bool> wait_for_request();
  Task<core::Result<std::optional<RequestHead>>> read_head();
  Task<void> refuse(core::Error error);
  Task<After> answer(RequestHead head);
  /// Gives the request what the head says of it: target, headers and host are moved out of it.
  void prepare(Exchange& exchange, RequestHead& head);
  Task<Response> make_response(Exchange& exchange, const RequestHead& head);
  Task<Response> call_handler(const Route& route, Exchange& exchange);
  Task<After> send_response(Exchange& exchange, const RequestHead& head, Response& response);
  void tell_gone();
  Task<void> stop_watch();
  Task<void> linger(Linger how);
  void record_exchange(const Exchange& exchange, const Response& response,
                       std::uint64_t bytes_sent) const;
  void record(const RequestRecord& record, const Response& response) const;

  std::string choose_request_id(const Headers& headers) const;

  SessionHost& host_;
  std::shared_ptr<Connection> connection_;
  InputBuffer input_;
  bool served_before_ = false;  // At least one request was answered.
  bool idle_ = false;           // Waits for the first byte of a request.

  Exchange* exchange_ = nullptr;  // The request being worked on.
  bool watching_ = false;
  bool watch_cancelled_ = false;
  bool was_watched_ = false;
  bool has_ended_ = false;  // The peer sends no more.
  bool broken_ = false;     // Nothing can be sent any more, either.
  bool endless_ = false;    // The response being sent ends only with its client.
  std::unique_ptr<Alarm> watch_ended_;
};

}  // namespace geond::http
