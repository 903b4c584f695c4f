#include "session.hpp"

#include <algorithm>
#include <utility>

#include "geond/http/problem.hpp"
#include "response_sender.hpp"
#include "tokens.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;
using std::chrono::steady_clock;

constexpr std::size_t kHeadPieceBytes = InputBuffer::kSmallBytes;

bool is_sane_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return tokens::is_digit(c) || (tokens::lower(c) >= 'a' && tokens::lower(c) <= 'z') ||
           c == '-' || c == '_' || c == '.';
  });
}

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

/// Takes `base` off the target's front. Some proxies have taken it off already: then it stays.
void remove_base_path(Target& target, const std::string& base) {
  if (base.empty() || !target.path.starts_with(base)) return;
  std::string rest = target.path.substr(base.size());
  if (!rest.empty() && rest.front() != '/') return;
  const auto count = std::count(base.begin(), base.end(), '/');
  target.segments.erase(target.segments.begin(), target.segments.begin() + count);
  if (target.segments.empty()) target.segments.emplace_back();
  target.path = rest.empty() ? "/" : std::move(rest);
}

}  // namespace

struct Session::Exchange {
  Exchange(Session& session, const RequestHead& head)
      : body(*session.connection_, session.input_, session.host_.config, head),
        context(session.host_, *session.connection_, session) {
    request.body_reader = &body;
  }

  Request request;
  SessionBody body;
  SessionContext context;
};

Session::Session(SessionHost& host, std::shared_ptr<Connection> connection)
    : host_(host), connection_(std::move(connection)), watch_ended_(connection_->make_alarm()) {}

Session::~Session() = default;

void Session::start() {
  connection_->post([self = shared_from_this()] { run(self); });
}

void Session::begin_stop() {
  connection_->post([self = shared_from_this()] {
    if (self->exchange_ != nullptr) self->exchange_->context.ring_events();
    if (self->idle_) self->connection_->cancel();
  });
}

void Session::cut() {
  connection_->post([self = shared_from_this()] {
    self->gone_ = true;
    self->connection_->close();
    if (self->exchange_ != nullptr) self->exchange_->context.ring_events();
  });
}

Detached Session::run(std::shared_ptr<Session> self) {
  try {
    co_await self->serve();
  } catch (const std::exception& failure) {
    self->host_.logger.error("A session ended by an exception", {{"why", failure.what()}});
  }
  self->connection_->close();
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
    // What the client has sent by now is still answered.
    if (host_.stopping.load() && connection_->available() == 0) co_return false;
    idle_ = true;
    const IoResult result = co_await connection_->read(input_.prepare(kHeadPieceBytes), deadline);
    idle_ = false;
    if (result.is_ok()) {
      input_.commit(result.bytes);
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
  line.seconds = seconds_since(begin);
  line.bytes_sent = sender.bytes_sent();
  line.request_id = request_id;
  line.remote_address = address;
  line.code = response.problem_code;
  record(line, response);
  if (sent) co_await linger(Linger::for_refused_body);
}

std::string Session::choose_request_id(const Headers& headers) const {
  const auto own = headers.get("X-Request-Id");
  if (own && is_sane_request_id(*own)) return std::string(*own);
  return core::random_hex(host_.random, 8);
}

void Session::prepare(Exchange& exchange, const RequestHead& head) {
  Request& request = exchange.request;
  request.method = head.method;
  request.target = head.target;
  request.headers = head.headers;
  request.started = steady_clock::now();
  request.id = choose_request_id(head.headers);
  Client client =
      resolve_client(peer(), connection_->is_tls(), head.headers, host_.trusted_proxies);
  request.remote_address = std::move(client.address);
  request.is_secure = client.is_secure;
  request.host = std::string(head.headers.get_or("Host", ""));
  request.base_path = host_.config.base_path;
  remove_base_path(request.target, host_.config.base_path);
}

Task<Session::After> Session::answer(RequestHead head) {
  Exchange exchange(*this, head);
  prepare(exchange, head);
  exchange_ = &exchange;
  was_watched_ = false;
  Response response = co_await make_response(exchange, head);
  const After after = co_await send_response(exchange, head, response);
  exchange_ = nullptr;
  co_return after;
}

Task<Response> Session::make_response(Exchange& exchange, const RequestHead& head) {
  Request& request = exchange.request;
  RouteMatch match = host_.router.match(head.method, request.target.segments);
  request.route = match.pattern;
  if (match.kind == RouteMatch::Kind::path_unknown) {
    co_return make_problem(
        Error(ErrorKind::not_found, "not_found", "There is nothing under this path."), request);
  }
  if (match.kind == RouteMatch::Kind::method_unknown) {
    if (head.method == Method::options) co_return Response::empty(204).with("Allow", match.allow);
    const Error error(ErrorKind::bad_request, "method_not_allowed",
                      "This path takes: " + match.allow + ".");
    co_return make_problem(error, request).with("Allow", match.allow);
  }
  request.parameters = std::move(match.parameters);
  const RouteOptions& options = match.route->options;
  if (options.max_body_bytes) exchange.body.set_limit(*options.max_body_bytes);
  if (options.body_rule == BodyRule::length_required && head.framing == BodyFraming::none &&
      !request.headers.contains("Content-Length")) {
    co_return make_problem(Error(ErrorKind::bad_request, "length_required",
                                 "Send a body, with Content-Length or chunked."),
                           request);
  }
  Response response = co_await call_handler(*match.route, exchange);
  co_return response;
}

/// The one boundary where exceptions of handlers end.
Task<Response> Session::call_handler(const Route& route, Exchange& exchange) {
  std::string why;
  try {
    Response response = co_await route.handler(exchange.request, exchange.context);
    co_return response;
  } catch (const std::exception& failure) {
    why = failure.what();
  } catch (...) {
    why = "an exception of an unknown type";
  }
  co_return make_problem(Error(ErrorKind::internal, "internal_error", why), exchange.request);
}

Task<Session::After> Session::send_response(Exchange& exchange, const RequestHead& head,
                                            Response& response) {
  const bool is_stream = std::holds_alternative<StreamBody>(response.body);
  if (is_stream) start_watch();
  // A TLS read that was cancelled may have taken half a record from the socket.
  const bool spoils_tls = connection_->is_tls() && was_watched_;
  const bool keeps = head.keep_alive && exchange.body.is_nearly_over() && !spoils_tls && !gone_ &&
                     !host_.stopping.load();
  SendOptions options;
  options.method = head.method;
  options.minor_version = head.minor_version;
  options.keep_alive = keeps;
  options.request_id = exchange.request.id;
  ResponseSender sender(host_, *connection_, options);
  bool sent = false;
  try {
    sent = co_await sender.send(response, exchange.context);
  } catch (const std::exception& failure) {
    host_.logger.error("A stream ended by an exception",
                       {{"request_id", exchange.request.id}, {"why", failure.what()}});
  }
  co_await stop_watch();

  record_exchange(exchange, response, sender.bytes_sent());
  if (!sent || gone_) co_return After::close_connection;
  if (!keeps || (is_stream && head.minor_version == 0)) {
    co_await linger(exchange.body.is_over() ? Linger::briefly : Linger::for_refused_body);
    co_return After::close_connection;
  }
  const bool rest_is_read = co_await exchange.body.discard();
  co_return rest_is_read ? After::next_request : After::close_connection;
}

void Session::record_exchange(const Exchange& exchange, const Response& response,
                              std::uint64_t bytes_sent) const {
  RequestRecord line;
  line.method = exchange.request.method;
  line.route = exchange.request.route;
  line.path = exchange.request.target.path;
  line.status = bytes_sent > 0 ? response.status : 0;
  line.seconds = seconds_since(exchange.request.started);
  line.bytes_received = exchange.body.received();
  line.bytes_sent = bytes_sent;
  line.request_id = exchange.request.id;
  line.remote_address = exchange.request.remote_address;
  line.code = response.problem_code;
  record(line, response);
}

void Session::record(const RequestRecord& line, const Response& response) const {
  host_.logger.info("request", {{"method", method_name(line.method)},
                                {"path", line.path},
                                {"status", line.status},
                                {"ms", line.seconds * 1000},
                                {"received", line.bytes_received},
                                {"sent", line.bytes_sent},
                                {"code", line.code},
                                {"request_id", line.request_id},
                                {"client", line.remote_address}});
  if (!response.log_detail.empty()) {
    host_.logger.error("A request failed",
                       {{"request_id", line.request_id}, {"why", response.log_detail}});
  }
  if (host_.config.observer) host_.config.observer(line);
}

void Session::start_watch() {
  const bool has_unread_body = exchange_ == nullptr || !exchange_->body.is_over();
  if (watching_ || gone_ || has_unread_body) return;
  watching_ = true;
  was_watched_ = true;
  watch_cancelled_ = false;
  watch(shared_from_this());
}

/// Reads on while a response is in the making: the end of the stream means that the client is
/// gone; what comes before it is the next request and waits in the buffer.
Detached Session::watch(std::shared_ptr<Session> self) {
  while (self->input_.has_room()) {
    const IoResult result =
        co_await self->connection_->read(self->input_.prepare(kHeadPieceBytes), {});
    if (!result.is_ok()) {
      if (!self->watch_cancelled_) self->gone_ = true;
      break;
    }
    self->input_.commit(result.bytes);
    if (self->watch_cancelled_) break;
  }
  self->watching_ = false;
  self->watch_ended_->ring();
  if (self->gone_ && self->exchange_ != nullptr) self->exchange_->context.ring_events();
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
  std::uint64_t drained = 0;
  while (drained < host_.config.limits.max_drain_bytes) {
    const IoResult result =
        co_await connection_->drain(input_.prepare(InputBuffer::kMaxBytes), deadline);
    if (!result.is_ok()) co_return;
    drained += result.bytes;
  }
}

}  // namespace geond::http
