// SPDX-License-Identifier: MIT
#include "session_exchange.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "geond/core/out_of_memory.hpp"
#include "geond/core/rounding.hpp"
#include "geond/http/problem.hpp"
#include "response_sender.hpp"
#include "tokens.hpp"
#include "trace_context.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;
using std::chrono::steady_clock;

/// What `OPTIONS *` is told: the server as a whole.
constexpr std::string_view kAllMethods = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

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

/// Whether the target is the prefix without a slash: a page there would take its relative
/// addresses for those of the directory above.
bool is_bare_base_path(const RequestHead& head, const std::string& base) {
  return !base.empty() && head.target.path == base &&
         (head.method == Method::get || head.method == Method::head);
}

}  // namespace

std::string Session::choose_request_id(const Headers& headers) const {
  const auto own = headers.get("X-Request-Id");
  if (own && is_sane_request_id(*own)) return std::string(*own);
  return core::random_hex(host_.random, 8);
}

void Session::prepare(Exchange& exchange, RequestHead& head) {
  Request& request = exchange.request;
  exchange.lacks_base_slash = is_bare_base_path(head, host_.config.base_path);
  request.method = head.method;
  request.target = std::move(head.target);
  request.headers = std::move(head.headers);
  request.started = steady_clock::now();
  request.id = choose_request_id(request.headers);
  ClientIdentity client =
      resolve_client(peer(), connection_->is_tls(), request.headers, host_.trusted_proxies);
  request.remote_address = std::move(client.address);
  request.is_secure = client.is_secure;
  request.host = std::move(head.host);
  request.base_path = host_.config.base_path;
  remove_base_path(request.target, host_.config.base_path);
}

Task<Session::After> Session::answer(RequestHead head) {
  Exchange exchange(*this, head);
  prepare(exchange, head);
  was_watched_ = false;
  endless_ = false;
  const CurrentExchange current(exchange_, exchange);
  Response response = co_await make_response(exchange, head);
  const After after = co_await send_response(exchange, head, response);
  co_return after;
}

Task<Response> Session::make_response(Exchange& exchange, const RequestHead& head) {
  Request& request = exchange.request;
  if (exchange.lacks_base_slash) {
    co_return Response::redirect(host_.config.base_path + "/", 308);
  }
  if (request.target.path == "*") {
    request.route = "*";
    co_return Response::empty(204).with("Allow", kAllMethods);
  }
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
  bool is_out_of_memory = false;
  try {
    Response response = co_await route.handler(exchange.request, exchange.context);
    co_return response;
  } catch (const std::bad_alloc&) {
    is_out_of_memory = true;
  } catch (const std::exception& failure) {
    why = failure.what();
  } catch (...) {
    why = "an exception of an unknown type";
  }
  if (is_out_of_memory) {
    host_.logger.error("there was no memory for a request",
                       {{"request_id", exchange.request.id}, {"route", exchange.request.route}});
    co_return make_problem(core::out_of_memory(), exchange.request);
  }
  co_return make_problem(Error(ErrorKind::internal, "internal_error", why), exchange.request);
}

Task<Session::After> Session::send_response(Exchange& exchange, const RequestHead& head,
                                            Response& response) {
  const auto* stream = std::get_if<StreamBody>(&response.body);
  endless_ = stream != nullptr && stream->is_endless;
  if (stream != nullptr) start_watch();
  // A TLS read that was cancelled may have taken half a record from the socket.
  const bool spoils_tls = connection_->is_tls() && was_watched_;
  const bool keeps = head.keep_alive && exchange.body.is_nearly_over() && !spoils_tls && !broken_ &&
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
  if (!sent || is_gone()) co_return After::close_connection;
  if (!keeps || (stream != nullptr && head.minor_version == 0)) {
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
  line.trace_id = trace_id_of(exchange.request.headers.get_or("Traceparent", ""));
  line.remote_address = exchange.request.remote_address;
  line.code = response.problem_code;
  record(line, response);
}

void Session::record(const RequestRecord& line, const Response& response) const {
  if (host_.logger.is_enabled(core::LogLevel::info)) {
    host_.logger.info("request", {{"method", method_name(line.method)},
                                  {"path", line.path},
                                  {"status", line.status},
                                  {"ms", core::rounded(line.seconds * 1e3, 3)},
                                  {"received", line.bytes_received},
                                  {"sent", line.bytes_sent},
                                  {"code", line.code},
                                  {"request_id", line.request_id},
                                  {"trace_id", line.trace_id},
                                  {"client", line.remote_address}});
  }
  if (!response.log_detail.empty()) {
    host_.logger.error("A request failed",
                       {{"request_id", line.request_id}, {"why", response.log_detail}});
  }
  if (host_.config.observer) host_.config.observer(line);
}

}  // namespace geond::http
