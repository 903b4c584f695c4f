// SPDX-License-Identifier: MIT
#include "test_server.hpp"

#include <new>
#include <stdexcept>
#include <thread>

#include "geond/http/json.hpp"
#include "geond/http/multipart.hpp"

namespace geond::http::testing {
namespace {

using std::chrono::milliseconds;

Task<Response> hello(Request&, Context&) {
  co_return Response::text("hello");
}

Task<Response> echo(Request& request, Context&) {
  core::Result<std::string> text = co_await read_text(request.body());
  if (!text) co_return make_problem(text.error(), request);
  co_return Response::text(*text);
}

Task<Response> size(Request& request, Context&) {
  std::uint64_t total = 0;
  while (true) {
    const auto piece = co_await request.body().read();
    if (!piece) co_return make_problem(piece.error(), request);
    if (piece->empty()) break;
    total += piece->size();
  }
  co_return Response::text(std::to_string(total));
}

Task<Response> item(Request& request, Context&) {
  const auto id = request.id_parameter("id");
  if (!id) co_return make_problem(id.error(), request);
  co_return Response::json("{\"id\":" + std::to_string(*id) + "}");
}

Task<Response> ignore(Request& request, Context&) {
  const core::Error error = core::Error(core::ErrorKind::forbidden, "not_yours", "No.");
  co_return make_problem(error, request);
}

Task<Response> throws(Request&, Context&) {
  throw std::runtime_error("secret detail");
  co_return Response::empty();
}

Task<Response> starves(Request&, Context&) {
  throw std::bad_alloc();
  co_return Response::empty();
}

Task<Response> slow(Request&, Context& context) {
  const auto sleep = [] {
    std::this_thread::sleep_for(milliseconds(300));
    return std::string("slept");
  };
  core::Result<std::string> text = co_await context.run_blocking(sleep);
  if (!text) co_return make_problem(text.error(), "x");
  co_return Response::text(*text);
}

Task<Response> quick(Request&, Context& context) {
  const auto nothing = [] { return 0; };
  const core::Result<int> done = co_await context.run_blocking(nothing);
  if (!done) co_return make_problem(done.error(), "x");
  co_return Response::text("quick");
}

Task<Response> wait_for_event(Request& request, Context& context) {
  const std::shared_ptr<Event> event = context.make_event();
  const std::string timeout(request.target.query.get("ms").value_or("20000"));
  const milliseconds patience(std::stoi(timeout));
  auto waiting = request.target.query.get("while_open") ? event->wait_while_open(patience)
                                                        : event->wait(patience);
  const WaitOutcome outcome = co_await std::move(waiting);
  const char* text = outcome == WaitOutcome::stopping      ? "stopping"
                     : outcome == WaitOutcome::timed_out   ? "timed out"
                     : outcome == WaitOutcome::client_gone ? "gone"
                                                           : "other";
  co_return Response::text(text, "text/plain", 202);
}

/// `handler`, counted in `begun` first.
Handler counted(std::shared_ptr<TestServer::Counter> begun,
                Task<Response> (*handler)(Request&, Context&)) {
  return [begun = std::move(begun), handler](Request& request, Context& context) {
    ++*begun;
    return handler(request, context);
  };
}

/// Ends by itself, but not before its client had time to shut down its sending side.
Task<void> slow_pieces(StreamWriter& writer, Context& context) {
  const bool begun = co_await writer.write("begin\n");
  if (!begun) co_return;
  const std::shared_ptr<Event> event = context.make_event();
  co_await event->wait(std::chrono::milliseconds(200));
  co_await writer.write("end\n");
}

Task<void> ten_pieces(StreamWriter& writer, Context&) {
  for (int index = 0; index < 10; ++index) {
    const bool sent = co_await writer.write("piece " + std::to_string(index) + "\n");
    if (!sent) co_return;
  }
}

Task<void> tick(StreamWriter& writer, Context& context) {
  const std::shared_ptr<Event> event = context.make_event();
  while (true) {
    const bool sent = co_await writer.write("data: tick\n\n");
    if (!sent) co_return;
    const WaitOutcome outcome = co_await event->wait(std::chrono::seconds(15));
    if (outcome != WaitOutcome::timed_out) co_return;
  }
}

Task<Response> form(Request& request, Context&) {
  auto reader = MultipartReader::open(request);
  if (!reader) co_return make_problem(reader.error(), request);
  std::string summary;
  while (true) {
    const auto part = co_await reader->next_part();
    if (!part) co_return make_problem(part.error(), request);
    if (!*part) break;
    const auto text = co_await reader->read_text(1 << 20);
    if (!text) co_return make_problem(text.error(), request);
    summary += (*part)->name + "=" + std::to_string(text->size()) + ";";
  }
  co_return Response::text(summary);
}

Task<Response> who(Request& request, Context&) {
  co_return Response::text(request.remote_address + (request.is_secure ? " https " : " http ") +
                           request.target.path + " " + request.id);
}

Task<Response> stream_of(StreamProducer producer, std::string_view type) {
  co_return Response::stream(type, std::move(producer));
}

}  // namespace

ServerConfig TestServer::quick_config() {
  ServerConfig config;
  config.listen = {{"127.0.0.1", 0}};
  config.io_threads = 2;
  config.blocking_threads = 4;
  config.timeouts.header = milliseconds(400);
  config.timeouts.idle = milliseconds(800);
  config.timeouts.body_grace = milliseconds(400);
  config.timeouts.drain = milliseconds(3000);
  return config;
}

Router TestServer::make_router(const std::shared_ptr<Counter>& begun) {
  Router router;
  router.get("/hello", hello);
  RouteOptions large;
  large.max_body_bytes = 8 * 1024 * 1024;
  router.post("/echo", echo, large);
  router.put("/echo", echo, large);
  router.post("/size", size, large);
  RouteOptions strict;
  strict.body_rule = BodyRule::length_required;
  router.put("/size", size, strict);
  RouteOptions tolerant;
  tolerant.trailing_slash = TrailingSlash::tolerated;
  router.get("/items/{id}", item, tolerant);
  router.post("/ignore", ignore);
  router.get("/throw", throws);
  router.get("/starve", starves);
  router.get("/slow", counted(begun, slow));
  router.get("/quick", quick);
  router.get("/wait", counted(begun, wait_for_event));
  router.get("/stream", [](Request&, Context&) { return stream_of(ten_pieces, "text/plain"); });
  router.get("/slow-stream",
             [](Request&, Context&) { return stream_of(slow_pieces, "text/plain"); });
  router.get("/ticks", [](Request&, Context&) { return stream_of(tick, "text/event-stream"); });
  router.get("/who", who);
  router.get("/big", [](Request&, Context&) -> Task<Response> {
    co_return Response::text(std::string(8 * 1024 * 1024, 'x'));
  });
  router.post("/form", form, large);
  return router;
}

TestServer::TestServer(ServerConfig config, std::optional<Router> router) {
  config.observer = [this](const RequestRecord& record) {
    std::unique_lock lock(mutex_);
    seen_.push_back({std::string(method_name(record.method)), std::string(record.route),
                     std::string(record.path), std::string(record.code), record.status,
                     record.bytes_received, record.bytes_sent});
    lock.unlock();
    if (record.path == "/observed") {
      std::this_thread::sleep_for(milliseconds(100));
      throw std::runtime_error("an observer that fails");
    }
  };
  if (!router) router = make_router(begun_);
  auto server = Server::create(std::move(config), *std::move(router), clock_, random_, {});
  if (!server) throw std::runtime_error(server.error().detail());
  server_ = std::move(*server);
  server_->start();
}

TestServer::~TestServer() {
  server_->stop(milliseconds(2000));
}

RawResponse TestServer::ask(std::string_view request, bool has_body) const {
  RawClient client = connect();
  client.send(request);
  return client.read_response(has_body);
}

std::vector<TestServer::Seen> TestServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

}  // namespace geond::http::testing
