// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "geond/http/problem.hpp"
#include "response_sender.hpp"
#include "session_exchange.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;
using std::chrono::steady_clock;

constexpr std::size_t kHeadPieceBytes = InputBuffer::kSmallBytes;
/// How long a client may be silent in the middle of a request once the server is stopping. What is
/// on its way still arrives; who has sent half a request and nothing more holds up nobody.
constexpr std::chrono::milliseconds kStopPatience{1000};
/// And one who has connected and asked for nothing yet: the first request is on its way then.
constexpr std::chrono::milliseconds kFirstPatience{250};

}  // namespace

Session::Session(SessionHost& host, std::shared_ptr<Connection> connection)
    : host_(host), connection_(std::move(connection)), watch_ended_(connection_->make_alarm()) {}

Session::~Session() = default;

void Session::start() {
  connection_->post([self = shared_from_this()] { run(self); });
}

void Session::begin_stop() {
  connection_->post([self = shared_from_this()] {
    if (self->exchange_ != nullptr) self->exchange_->context.ring_events();
    const bool asked_nothing_yet = self->idle_ && !self->served_before_;
    self->connection_->hurry(asked_nothing_yet ? kFirstPatience : kStopPatience);
    if (self->idle_ && self->served_before_) self->connection_->cancel();
  });
}

void Session::cut() {
  connection_->post([self = shared_from_this()] {
    self->broken_ = true;
    self->connection_->close();
    if (self->exchange_ != nullptr) self->exchange_->context.ring_events();
  });
}

Detached Session::run(std::shared_ptr<Session> self) {
  try {
    co_await self->serve();
  } catch (const std::exception& failure) {
    self->host_.logger.fault("A session ended by an exception", failure);
  }
  self->connection_->close();
  co_await self->stop_watch();  // It still runs if an exception ended the answer.
  self->host_.session_ended(*self);
}

Task<void> Session::serve() {
  const IoResult secured =
      co_await connection_->handshake(steady_clock::now() + host_.config.timeouts.header);
  if (!secured.is_ok()) co_return;
  while (true) {
    const After after = co_await serve_request();
    if (after == After::close_connection) co_return;
    served_before_ = true;
  }
}

Task<Session::After> Session::serve_request() {
  core::Result<std::optional<RequestHead>> head = co_await read_head();
  if (!head) {
    co_await refuse(head.error());
    co_return After::close_connection;
  }
  if (!*head) co_return After::close_connection;
  const After after = co_await answer(std::move(**head));
  co_return after;
}

/// False if the client is gone, took too long, or the server is stopping.
Task<bool> Session::wait_for_request() {
  const Timeouts& timeouts = host_.config.timeouts;
  const auto deadline = steady_clock::now() + (served_before_ ? timeouts.idle : timeouts.header);
  input_.release();
  while (true) {
    // What the client has sent by now is still answered; so is a first request that comes soon.
    const bool is_told = host_.stopping.load() && served_before_;
    if (is_told && connection_->available() == 0) co_return false;
    idle_ = true;
    const IoResult result = co_await connection_->read(input_.prepare(kHeadPieceBytes), deadline);
    idle_ = false;
    if (result.is_ok()) {
      input_.commit(result.bytes);
      if (host_.stopping.load()) connection_->hurry(kStopPatience);
      co_return true;
    }
    const bool was_told_to_stop =
        result.status == IoStatus::failed && host_.stopping.load() && connection_->available() > 0;
    if (!was_told_to_stop) co_return false;
  }
}

/// Nothing: the connection is to be closed without a word.
Task<core::Result<std::optional<RequestHead>>> Session::read_head() {
  using Found = std::optional<RequestHead>;
  if (input_.is_empty()) {
    const bool has_come = co_await wait_for_request();
    if (!has_come) co_return Found();
  }
  // Some clients send an empty line after a body (RFC 9112, 2.2).
  if (input_.data().starts_with("\r\n")) {
    input_.consume(2);
    if (input_.is_empty()) {
      const bool has_come = co_await wait_for_request();
      if (!has_come) co_return Found();
    }
  }
  const auto deadline = steady_clock::now() + host_.config.timeouts.header;
  HeadScanner scanner(host_.config.limits);
  while (true) {
    const auto length = scanner.scan(input_.data());
    if (!length) co_return length.error();
    if (*length) {
      core::Result<RequestHead> head =
          parse_head(input_.data().substr(0, **length), host_.config.limits);
      if (!head) co_return head.error();
      input_.consume(**length);
      co_return Found(std::move(*head));
    }
    const IoResult result = co_await connection_->read(input_.prepare(kHeadPieceBytes), deadline);
    if (result.status == IoStatus::timed_out) {
      co_return Error(ErrorKind::unavailable, "header_timeout",
                      "The request's head came too slowly.");
    }
    if (!result.is_ok()) co_return Found();
    input_.commit(result.bytes);
  }
}

/// Answers a head that could not be read; nobody can say where the next request would begin.
Task<void> Session::refuse(Error error) {
  const auto begin = steady_clock::now();
  const std::string request_id = core::random_hex(host_.random, 8);
  Response response = make_problem(error, request_id);
  SendOptions options;
  options.request_id = request_id;
  ResponseSender sender(host_, *connection_, options);
  const bool sent = co_await sender.send_in_memory(response);
  const std::string address = peer().to_string();
  RequestRecord line;
  line.status = sent ? response.status : 0;
  line.seconds = std::chrono::duration<double>(steady_clock::now() - begin).count();
  line.bytes_sent = sender.bytes_sent();
  line.request_id = request_id;
  line.remote_address = address;
  line.code = response.problem_code;
  record(line, response);
  if (sent) co_await linger(Linger::for_refused_body);
}

void Session::start_watch() {
  const bool has_unread_body = exchange_ == nullptr || !exchange_->body.is_over();
  if (watching_ || broken_ || has_unread_body) return;
  watching_ = true;
  was_watched_ = true;
  watch_cancelled_ = false;
  watch(shared_from_this());
}

/// Reads on while a response is in the making, until the client sends no more; what comes before
/// that is the next request and waits in the buffer. Then only a loss of the connection is news.
Detached Session::watch(std::shared_ptr<Session> self) {
  while (!self->has_ended_ && !self->broken_ && !self->watch_cancelled_ &&
         self->input_.has_room()) {
    const IoResult result =
        co_await self->connection_->read(self->input_.prepare(kHeadPieceBytes), {});
    if (result.is_ok()) {
      self->input_.commit(result.bytes);
    } else if (result.status == IoStatus::end) {
      self->has_ended_ = true;
    } else if (!self->watch_cancelled_) {
      self->broken_ = true;
    }
  }
  if (self->has_ended()) self->tell_gone();
  if (!self->broken_ && !self->watch_cancelled_) {
    const IoResult result = co_await self->connection_->loss();
    if (!result.is_ok() && !self->watch_cancelled_) self->broken_ = true;
    if (self->broken_) self->tell_gone();
  }
  self->watching_ = false;
  self->watch_ended_->ring();
}

void Session::tell_gone() {
  if (exchange_ != nullptr) exchange_->context.ring_events();
}

Task<void> Session::stop_watch() {
  if (!watching_) co_return;
  watch_cancelled_ = true;
  connection_->cancel();
  while (watching_) co_await watch_ended_->wait(steady_clock::now() + std::chrono::hours(1));
}

/// Closing with unread bytes would reset the connection, and the reset would overtake the response.
Task<void> Session::linger(Linger how) {
  const Timeouts& timeouts = host_.config.timeouts;
  constexpr std::chrono::milliseconds kBriefly(1000);
  const auto deadline =
      steady_clock::now() +
      (how == Linger::briefly ? std::min(kBriefly, timeouts.drain) : timeouts.drain);
  const IoResult said = co_await connection_->shutdown(deadline);
  if (said.status == IoStatus::timed_out) co_return;
  input_.consume(input_.data().size());
  while (true) {
    const IoResult result =
        co_await connection_->drain(input_.prepare(InputBuffer::kMaxBytes), deadline);
    if (!result.is_ok()) co_return;
  }
}

}  // namespace geond::http
