// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "geond/http/etag.hpp"
#include "support/temporary_directory.hpp"
#include "test_server.hpp"

using namespace geond::http;
using namespace geond::http::testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kTicks = "GET /ticks HTTP/1.1\r\nHost: x\r\n\r\n";

bool eventually(const std::function<bool()>& condition) {
  for (int attempt = 0; attempt < 500; ++attempt) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

/// Whether nobody listens there any more.
bool refuses(std::uint16_t port) {
  try {
    const RawClient client(port);
    return false;
  } catch (const std::runtime_error&) {
    return true;
  }
}

}  // namespace

TEST_CASE("each write of a stream reaches the client at once") {
  const TestServer server;
  RawClient client = server.connect();
  client.send(kTicks);
  const RawResponse head = client.read_response(false);
  CHECK(head.header("Content-Type") == "text/event-stream");
  CHECK(head.header("Cache-Control") == "no-store");
  CHECK(head.header("Transfer-Encoding") == "chunked");
  CHECK(client.read_chunk() == "data: tick\n\n");
}

TEST_CASE("a stream ends when its client goes away") {
  const TestServer server;
  {
    RawClient client = server.connect();
    client.send(kTicks);
    client.read_response(false);
    CHECK(server.server().connection_count() == 1);
  }
  CHECK(eventually([&server] { return server.server().connection_count() == 0; }));
  REQUIRE(server.seen().size() == 1);
}

TEST_CASE("a client that does not read its stream is dropped by the write deadline") {
  ServerConfig config = TestServer::quick_config();
  config.timeouts.write = milliseconds(300);
  const TestServer server(config);
  RawClient client(server.port(), "127.0.0.1", 4096);
  client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(client.read_until("\r\n\r\n"));
  const auto begin = steady_clock::now();
  CHECK(eventually([&server] { return server.server().connection_count() == 0; }));
  CHECK(steady_clock::now() - begin < milliseconds(3000));
}

TEST_CASE("a client that reads gets a large response whole") {
  const TestServer server;
  const RawResponse response = server.ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(response.body.size() == 8 * 1024 * 1024);
}

TEST_CASE("a client that half-closes after its request still gets its response") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  client.shutdown_send();
  CHECK(client.read_response().body == "slept");
}

TEST_CASE("a stream that ends is sent to its end to a client that half-closes, the next one too") {
  const TestServer server;
  RawClient client = server.connect();
  const std::string ask = "GET /slow-stream HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(ask + ask);
  client.shutdown_send();
  for (int response = 0; response < 2; ++response) {
    CHECK(client.read_response(false).status == 200);
    CHECK(client.read_chunk() == "begin\n");
    CHECK(client.read_chunk() == "end\n");
    REQUIRE(client.read_until("0\r\n\r\n"));
    client.received().erase(0, 5);
  }
  CHECK(client.is_closed());
}

TEST_CASE("an endless stream ends, properly, when its client sends no more") {
  const TestServer server;
  RawClient client = server.connect();
  client.send(kTicks);
  client.shutdown_send();
  CHECK(client.read_response(false).status == 200);
  CHECK(client.read_chunk() == "data: tick\n\n");
  CHECK(client.read_until("0\r\n\r\n"));
}

TEST_CASE("a wait goes on for a client that half-closes, and ends for one that resets") {
  const TestServer server;
  const std::string wait = "GET /wait?ms=600 HTTP/1.1\r\nHost: x\r\n\r\n";
  const auto begin = steady_clock::now();
  RawClient half = server.connect();
  half.send(wait);
  half.shutdown_send();
  CHECK(half.read_response().body == "timed out");
  CHECK(steady_clock::now() - begin >= milliseconds(600));

  for (const bool half_closes_first : {false, true}) {
    RawClient client = server.connect();
    client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::size_t waits = half_closes_first ? 3 : 2;
    REQUIRE(eventually([&] { return server.begun() == waits; }));
    if (half_closes_first) client.shutdown_send();
    client.reset();
    CHECK(eventually([&server] { return server.server().connection_count() == 0; }));
  }
}

TEST_CASE("a wait that an answer can do without ends, answered, when its client sends no more") {
  const TestServer server;
  const auto begin = steady_clock::now();
  for (const bool closes_at_once : {true, false}) {
    RawClient client = server.connect();
    client.send("GET /wait?while_open=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    if (!closes_at_once) std::this_thread::sleep_for(milliseconds(200));
    client.shutdown_send();
    CHECK(client.read_response().body == "gone");
  }
  RawClient open = server.connect();
  open.send("GET /wait?while_open=1&ms=300 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(open.read_response().body == "timed out");
  CHECK(steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("urgent data is no loss of a connection") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /wait?ms=300 HTTP/1.1\r\nHost: x\r\n\r\n");
  ::send(client.descriptor(), "!", 1, MSG_OOB);
  client.shutdown_send();
  CHECK(client.read_response().body == "timed out");
}

TEST_CASE("a thousand idle streams are held at little cost") {
  const TestServer server;
  std::vector<RawClient> clients;
  for (int index = 0; index < 1000; ++index) {
    clients.push_back(server.connect());
    clients.back().send(kTicks);
  }
  for (RawClient& client : clients) REQUIRE(client.read_response(false).status == 200);
  CHECK(server.server().connection_count() == 1000);
  const auto begin = steady_clock::now();
  CHECK(server.ask(kHello).body == "hello");
  CHECK(steady_clock::now() - begin < milliseconds(500));
}

TEST_CASE("a graceful stop finishes what has begun and closes what idles") {
  TestServer server;
  RawClient idle = server.connect();
  idle.send(kHello);
  CHECK(idle.read_response().body == "hello");
  RawClient slow = server.connect();
  slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient waiting = server.connect();
  waiting.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient streaming = server.connect();
  streaming.send(kTicks);
  CHECK(streaming.read_response(false).status == 200);
  CHECK(streaming.read_chunk() == "data: tick\n\n");
  REQUIRE(eventually([&server] { return server.begun() == 2; }));

  const std::uint16_t port = server.port();
  const auto begin = steady_clock::now();
  std::jthread stopper([&server] { server.server().stop(milliseconds(5000)); });
  const RawResponse slept = slow.read_response();
  CHECK(slept.body == "slept");
  CHECK(slept.header("Connection") == "close");
  CHECK(waiting.read_response().body == "stopping");
  CHECK(streaming.read_chunk().empty());  // The last chunk: the stream was ended, not cut.
  CHECK(idle.is_closed());
  stopper.join();
  CHECK(steady_clock::now() - begin < milliseconds(4000));
  CHECK(refuses(port));
}

TEST_CASE("a request that was sent before the stop is still answered") {
  TestServer server;
  std::vector<RawClient> clients;
  for (int index = 0; index < 100; ++index) {
    clients.push_back(server.connect());
    clients.back().send(kHello);
  }
  server.server().stop(milliseconds(5000));
  for (RawClient& client : clients) CHECK(client.read_response().body == "hello");
}

TEST_CASE("who had connected before the stop may still ask, soon") {
  ServerConfig config = TestServer::quick_config();
  config.timeouts = Timeouts{};
  TestServer server(std::move(config));
  RawClient asks = server.connect();
  RawClient asks_slowly = server.connect();
  RawClient silent = server.connect();
  REQUIRE(eventually([&server] { return server.server().connection_count() == 3; }));
  const std::uint16_t port = server.port();
  const auto begin = steady_clock::now();
  std::jthread stopper([&server] { server.server().stop(milliseconds(20'000)); });
  REQUIRE(eventually([port] { return refuses(port); }));
  asks.send(kHello);
  asks_slowly.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n");
  const RawResponse response = asks.read_response();
  CHECK(response.body == "hello");
  CHECK(response.header("Connection") == "close");
  std::this_thread::sleep_for(milliseconds(500));
  asks_slowly.send("slow");
  CHECK(asks_slowly.read_response().body == "slow");
  CHECK(silent.is_closed());
  asks.close();
  asks_slowly.close();
  stopper.join();
  CHECK(steady_clock::now() - begin < milliseconds(5000));
}

TEST_CASE("a stop does not wait for who is silent in half a request, but for who goes on") {
  ServerConfig config = TestServer::quick_config();
  config.timeouts = Timeouts{};
  TestServer server(std::move(config));
  RawClient half_head = server.connect();
  half_head.send("GET /hello HTTP/1.1\r\nHost: x\r\nX-Half");
  RawClient half_body = server.connect();
  half_body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  RawClient steady = server.connect();
  steady.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n");
  REQUIRE(eventually([&server] { return server.server().connection_count() == 3; }));
  const auto begin = steady_clock::now();
  std::jthread stopper([&server] { server.server().stop(milliseconds(20'000)); });
  for (const char* letter : {"s", "t", "e", "a", "d", "y"}) {
    std::this_thread::sleep_for(milliseconds(300));
    steady.send(letter);
  }
  CHECK(steady.read_response().body == "steady");
  CHECK(half_head.read_response().status == 408);
  CHECK(half_body.read_response().status == 408);
  CHECK(half_body.is_closed());
  steady.close();
  half_head.close();
  stopper.join();
  CHECK(steady_clock::now() - begin < milliseconds(10'000));
}

TEST_CASE("a stop cuts what is not done after the grace") {
  TestServer server;
  RawClient client = server.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
  REQUIRE(eventually([&server] { return server.server().connection_count() == 1; }));
  const auto begin = steady_clock::now();
  server.server().stop(milliseconds(100));
  CHECK(steady_clock::now() - begin < milliseconds(350));
}

TEST_CASE("a server may go as soon as the last blocking answer is out") {
  // The pool's thread may still hold the connection then (what ASan would say so of).
  for (int round = 0; round < 100; ++round) {
    const TestServer server;
    RawClient client = server.connect();
    client.send("GET /quick HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(client.read_response().status == 200);
  }
}

TEST_CASE("a stop that comes while an answer ends by an exception finds no request") {
  // The stop is told on the session's executor after the exception has left the answer; what it
  // would touch then was gone (what ASan would say so of).
  TestServer server;
  RawClient client = server.connect();
  client.send("GET /observed HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(eventually([&server] { return !server.seen().empty(); }));
  server.server().stop(milliseconds(2000));
  CHECK(client.read_response().status == 404);
  CHECK(client.is_closed());
}

TEST_CASE("a full blocking pool answers 503 with Retry-After") {
  ServerConfig config = TestServer::quick_config();
  config.blocking_threads = 1;
  config.blocking_queue = 1;
  const TestServer server(config);
  std::vector<RawClient> clients;
  for (int index = 0; index < 6; ++index) {
    clients.push_back(server.connect());
    clients.back().send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  int overloaded = 0;
  int served = 0;
  for (RawClient& client : clients) {
    const RawResponse response = client.read_response();
    if (response.status == 200) ++served;
    if (response.status != 503) continue;
    ++overloaded;
    CHECK(response.header("Retry-After") == "1");
    CHECK(response.body.find("overloaded") != std::string::npos);
  }
  CHECK(served >= 1);
  CHECK(served + overloaded == 6);
  CHECK(overloaded >= 3);
}

TEST_CASE("what an answer needs that has begun runs on the pool, however full its queue is") {
  ServerConfig config = TestServer::quick_config();
  config.blocking_queue = 0;
  Router router;
  struct Handler {
    static Task<Response> handle(Context& context) {
      const std::thread::id own = std::this_thread::get_id();
      const auto look = [own] { return std::this_thread::get_id() != own; };
      const auto refused = co_await context.run_blocking(look);
      const auto ran_elsewhere = co_await context.run_blocking_unrefused(look);
      co_return Response::text((refused ? "not refused, " : refused.error().code() + ", ") +
                               (ran_elsewhere && *ran_elsewhere ? "then run" : "then not run"));
    }
  };
  router.get("/needs", [](Request&, Context& context) { return Handler::handle(context); });
  const TestServer server(config, std::move(router));
  CHECK(server.ask("GET /needs HTTP/1.1\r\nHost: x\r\n\r\n").body == "overloaded, then run");
}

TEST_CASE("connections over the cap are told so, and the rest go on") {
  ServerConfig config = TestServer::quick_config();
  config.max_connections = 3;
  const TestServer server(config);
  std::vector<RawClient> clients;
  for (int index = 0; index < 3; ++index) {
    clients.push_back(server.connect());
    clients.back().send(kHello);
    CHECK(clients.back().read_response().body == "hello");
  }
  RawClient refused = server.connect();
  const RawResponse response = refused.read_response();
  CHECK(response.status == 503);
  CHECK(response.body.find("too_many_connections") != std::string::npos);
  CHECK(response.body.ends_with("}"));
  clients[0].send(kHello);
  CHECK(clients[0].read_response().body == "hello");
}

TEST_CASE("a server that is out of descriptors recovers when there are some again") {
  const TestServer server;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  RawClient first = server.connect();
  first.send(kHello);
  CHECK(first.read_response().body == "hello");
  RawClient second = server.connect();
  rlimit low = limit;
  low.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &low);
  RawClient moved = std::move(second);
  std::this_thread::sleep_for(milliseconds(250));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  CHECK(server.ask(kHello).body == "hello");
}

TEST_CASE("an event may be notified from any thread, also when its request is long over") {
  std::shared_ptr<Event> kept;
  std::atomic<int> heard = 0;
  std::mutex mutex;
  Router router;
  struct Shared {
    std::shared_ptr<Event>& kept;
    std::atomic<int>& heard;
    std::mutex& mutex;
    static Task<Response> handle(Shared shared, Context& context) {
      const std::shared_ptr<Event> event = context.make_event();
      {
        const std::lock_guard lock(shared.mutex);
        shared.kept = event;
      }
      while (shared.heard < 3) {
        const WaitOutcome outcome = co_await event->wait(std::chrono::seconds(10));
        if (outcome != WaitOutcome::notified) co_return Response::text("other");
        ++shared.heard;
      }
      const WaitOutcome last = co_await event->wait(milliseconds(0));
      co_return Response::text(last == WaitOutcome::timed_out ? "three" : "more");
    }
  };
  router.get("/event", [&kept, &heard, &mutex](Request&, Context& context) {
    return Shared::handle(Shared{kept, heard, mutex}, context);
  });
  {
    const TestServer server(TestServer::quick_config(), std::move(router));
    RawClient client = server.connect();
    client.send("GET /event HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto current = [&] {
      const std::lock_guard lock(mutex);
      return kept;
    };
    REQUIRE(eventually([&] { return current() != nullptr; }));
    for (int index = 0; index < 3; ++index) {
      current()->notify();
      REQUIRE(eventually([&] { return heard > index; }));
    }
    CHECK(client.read_response().body == "three");
    current()->notify();
  }
  kept->notify();
}

TEST_CASE("a file is sent whole and only as long as it says") {
  geond::support::TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  const std::string content(1'000'000, 'f');
  std::ofstream(path) << content;
  Router router;
  const std::string name = path.string();
  const auto serve = [name](std::uint64_t size) -> Response {
    return Response::file(geond::core::FileDescriptor(::open(name.c_str(), O_RDONLY | O_CLOEXEC)),
                          size, "image/png");
  };
  struct Wrap {
    static Task<Response> ready(Response response) { co_return std::move(response); }
  };
  router.get("/whole", [serve](Request&, Context&) { return Wrap::ready(serve(1'000'000)); });
  router.get("/part", [serve](Request&, Context&) { return Wrap::ready(serve(10)); });
  router.get("/empty", [serve](Request&, Context&) { return Wrap::ready(serve(0)); });
  router.get("/cut", [serve](Request&, Context&) { return Wrap::ready(serve(2'000'000)); });
  const TestServer server(TestServer::quick_config(), std::move(router));
  RawClient client = server.connect();
  for (const auto& [target, size] : std::vector<std::pair<std::string, std::size_t>>{
           {"whole", 1'000'000}, {"part", 10}, {"empty", 0}}) {
    client.send("GET /" + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(client.read_response().body.size() == size);
  }
  client.send("HEAD /whole HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response(false).header("Content-Length") == "1000000");
  client.send("GET /cut HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response().body.size() < 2'000'000);
}

namespace {

/// Our own end of the connection to the client at `port`.
int server_side_of(std::uint16_t port) {
  for (int descriptor = 3; descriptor < 1024; ++descriptor) {
    sockaddr_in peer{};
    socklen_t size = sizeof(peer);
    const bool has_peer = ::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) == 0;
    if (has_peer && peer.sin_family == AF_INET && ntohs(peer.sin_port) == port) return descriptor;
  }
  return -1;
}

}  // namespace

TEST_CASE("the kernel keeps little of an answer that its client does not read") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(300));
  const int descriptor = server_side_of(client.port());
  REQUIRE(descriptor >= 0);
  int unsent = 0;
  REQUIRE(::ioctl(descriptor, SIOCOUTQNSD, &unsent) == 0);
  CHECK(unsent > 0);
  CHECK(unsent <= 512 * 1024);
  CHECK(client.read_response().body.size() == 8 * 1024 * 1024);
}
