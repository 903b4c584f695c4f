// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "test_server.hpp"

using namespace geond::http;
using namespace geond::http::testing;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

milliseconds elapsed_since(steady_clock::time_point begin) {
  return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
}

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("every response carries the id, the date and the security headers") {
  const TestServer server;
  const RawResponse response = server.ask(kHello);
  CHECK(response.status == 200);
  CHECK(response.header("X-Request-Id").size() == 16);
  CHECK(response.header("X-Content-Type-Options") == "nosniff");
  CHECK(response.header("Cross-Origin-Resource-Policy") == "same-origin");
  CHECK(response.header("Referrer-Policy") == "no-referrer");
  CHECK(response.header("Content-Security-Policy").find("frame-ancestors 'none'") !=
        std::string::npos);
  CHECK(response.header("Cache-Control") == "no-store");
  CHECK(response.header("Date").ends_with(" GMT"));
}

TEST_CASE("a client's own request id is kept if it is sane and replaced if not") {
  const TestServer server;
  const auto ask = [&server](const std::string& id) {
    return server.ask("GET /hello HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + id + "\r\n\r\n")
        .header("X-Request-Id");
  };
  CHECK(ask("job-7.a_B") == "job-7.a_B");
  CHECK(ask("with space").size() == 16);
  CHECK(ask("a\"b").size() == 16);
  CHECK(ask(std::string(65, 'a')).size() == 16);
}

TEST_CASE("a head that comes too slowly is answered with 408") {
  const TestServer server;
  RawClient client = server.connect();
  const auto begin = steady_clock::now();
  client.send("GET /hello HTTP/1.1\r\n");
  std::jthread trickle([&client](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!client.send("X")) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  const RawResponse response = client.read_response();
  CHECK(response.status == 408);
  CHECK(response.body.find("header_timeout") != std::string::npos);
  CHECK(elapsed_since(begin) < milliseconds(1500));
}

TEST_CASE("a connection that says nothing is closed without a word") {
  const TestServer server;
  RawClient client = server.connect();
  const auto begin = steady_clock::now();
  CHECK(client.is_closed());
  CHECK(elapsed_since(begin) >= milliseconds(350));
  CHECK(elapsed_since(begin) < milliseconds(1500));
}

TEST_CASE("an idle connection is closed after the idle time, not the header time") {
  const TestServer server;
  RawClient client = server.connect();
  client.send(kHello);
  CHECK(client.read_response().status == 200);
  const auto begin = steady_clock::now();
  CHECK(client.is_closed());
  CHECK(elapsed_since(begin) >= milliseconds(700));
}

TEST_CASE("a body slower than the minimum rate is answered with 408") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
  std::jthread trickle([&client](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (!client.send("x")) return;
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  const RawResponse response = client.read_response();
  CHECK(response.status == 408);
  CHECK(response.body.find("body_timeout") != std::string::npos);
  CHECK(response.header("Connection") == "close");
}

TEST_CASE("100 Continue is sent when the handler reads, and not when it refuses") {
  const TestServer server;
  RawClient reading = server.connect();
  reading.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  CHECK(reading.read_response().status == 100);
  reading.send("hello");
  CHECK(reading.read_response().body == "hello");

  RawClient refusing = server.connect();
  refusing.send(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  const RawResponse refused = refusing.read_response();
  CHECK(refused.status == 403);
  CHECK(refused.header("Connection") == "close");
  // The client may or may not send the body now; neither is taken for a request.
  refusing.shutdown_send();
  CHECK(refusing.is_closed());
}

TEST_CASE("100 Continue is not sent to a client that has begun to send, nor for an empty body") {
  const TestServer server;
  RawClient client = server.connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello");
  CHECK(client.read_response().status == 200);
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.read_response().status == 200);
}

TEST_CASE("pipelined requests are answered in order, whatever they do with their bodies") {
  const TestServer server;
  RawClient client = server.connect();
  std::string requests;
  for (int index = 0; index < 50; ++index) {
    requests += "GET /items/" + std::to_string(index + 1) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    requests += "POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    requests +=
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  }
  CHECK(client.send(requests));
  for (int index = 0; index < 50; ++index) {
    CHECK(client.read_response().body == "{\"id\":" + std::to_string(index + 1) + "}");
    CHECK(client.read_response().status == 403);
    CHECK(client.read_response().body == "ab");
  }
}

TEST_CASE("pipelined requests behind a slow one wait for it") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + kHello +
              "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n" + kHello);
  CHECK(client.read_response().body == "slept");
  CHECK(client.read_response().body == "hello");
  CHECK(client.read_response().body.ends_with("piece 9\n"));
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("a client that is still sending sees an early refusal") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("POST /ignore HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n");
  // Sends everything before it looks for an answer, like python-requests.
  const std::string megabyte(1'000'000, 'x');
  for (int index = 0; index < 20; ++index) REQUIRE(client.send(megabyte));
  const RawResponse response = client.read_response();
  CHECK(response.status == 403);
  CHECK(response.header("Connection") == "close");
  CHECK(client.is_closed());
}

TEST_CASE("a declared length over the limit is refused before a byte is read") {
  const TestServer server;
  const RawResponse response = server.ask(
      "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
      "99999999999\r\n\r\n");
  CHECK(response.status == 413);
  CHECK(response.body.find("body_too_large") != std::string::npos);
}

TEST_CASE("a chunked body over the limit is refused on the way") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("POST /size HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  for (int index = 0; index < 10; ++index) REQUIRE(client.send(chunk));
  CHECK(client.read_response().status == 413);
}

// A picture of 66 MiB got a reset in place of its 413.
TEST_CASE("who reads nothing before all is sent gets the refusal of a body of any size") {
  ServerConfig config = TestServer::quick_config();
  config.timeouts.drain = milliseconds(30'000);
  const TestServer server(config);
  constexpr int kMebibytes = 100;
  RawClient client = server.connect();
  client.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: " +
              std::to_string(kMebibytes * 1024 * 1024) + "\r\n\r\n");
  const std::string mebibyte(1024 * 1024, 'x');
  for (int sent = 0; sent < kMebibytes; ++sent) REQUIRE(client.send(mebibyte));
  CHECK(client.read_response().status == 413);
}

TEST_CASE("a body of exactly the limit is taken") {
  const TestServer server;
  const std::string body(8 * 1024 * 1024, 'x');
  const RawResponse response = server.ask("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: " +
                                          std::to_string(body.size()) + "\r\n\r\n" + body);
  CHECK(response.body == std::to_string(body.size()));
}

TEST_CASE("a route that needs a length says so with 411") {
  const TestServer server;
  const RawResponse response = server.ask("PUT /size HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(response.status == 411);
  CHECK(response.body.find("length_required") != std::string::npos);
  CHECK(server.ask("PUT /size HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").body == "0");
}

TEST_CASE("HEAD has the headers of GET and no body") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  const RawResponse head = client.read_response(false);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "5");
  client.send("HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_response(false).status == 200);
  client.send(kHello);
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("a whole address as target is read as its path, and its host counts instead of Host") {
  Router router;
  struct Handler {
    static Task<Response> tell(Request& request) {
      co_return Response::text(request.host + " " + request.target.path + " " +
                               request.target.query_text);
    }
  };
  for (const char* path : {"/", "/where"}) {
    router.get(path, [](Request& request, Context&) { return Handler::tell(request); });
  }
  const TestServer server(TestServer::quick_config(), std::move(router));
  for (const auto& [target, told] : std::vector<std::pair<std::string, std::string>>{
           {"http://y:81/where?a=b", "y:81 /where a=b"},
           {"HTTPS://[::1]:8443/where", "[::1]:8443 /where "},
           {"http://y", "y / "},
           {"http://y?a=/b", "y / a=/b"},
           {"/where?a=http://y/", "x /where a=http://y/"}}) {
    INFO(target);
    CHECK(server.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").body == told);
  }
}

TEST_CASE("OPTIONS of the server as a whole is 204 with Allow, and the connection goes on") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n" + kHello);
  const RawResponse response = client.read_response(false);
  CHECK(response.status == 204);
  CHECK(response.header("Allow") == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("an unknown path is 404, a wrong method 405 with Allow, OPTIONS 204 with Allow") {
  const TestServer server;
  CHECK(server.ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status == 404);
  const RawResponse wrong = server.ask("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(wrong.status == 405);
  CHECK(wrong.header("Allow") == "OPTIONS, POST, PUT");
  CHECK(wrong.body.find("method_not_allowed") != std::string::npos);
  const RawResponse options = server.ask("OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(options.status == 204);
  CHECK(options.header("Allow") == "GET, HEAD, OPTIONS");
  CHECK(options.header("Content-Length").empty());
  CHECK(server.ask("OPTIONS /nothing HTTP/1.1\r\nHost: x\r\n\r\n").status == 404);
}

TEST_CASE("an exception is a 500 that tells the client nothing but the request id") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /throw HTTP/1.1\r\nHost: x\r\nX-Request-Id: abc\r\n\r\n");
  const RawResponse response = client.read_response();
  CHECK(response.status == 500);
  const auto problem = nlohmann::json::parse(response.body);
  CHECK(problem["code"] == "internal_error");
  CHECK(problem["request_id"] == "abc");
  CHECK(response.body.find("secret") == std::string::npos);
  client.send(kHello);
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("a request for which there is no memory is to be tried again") {
  const TestServer server;
  const RawResponse response = server.ask("GET /starve HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(response.status == 503);
  CHECK(nlohmann::json::parse(response.body)["code"] == "out_of_memory");
  CHECK(response.header("Retry-After") == "1");
}

TEST_CASE("the observer is told of every request once") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello");
  client.read_response();
  client.send("GET /items/5 HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_response();
  client.send("GET /items/x HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_response();
  client.send("BREW / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_response();
  client.shutdown_send();
  CHECK(client.is_closed());
  const auto seen = server.seen();
  REQUIRE(seen.size() == 4);
  CHECK(seen[0].route == "/echo");
  CHECK(seen[0].method == "POST");
  CHECK(seen[0].received == 5);
  CHECK(seen[0].sent > 100);
  CHECK(seen[1].route == "/items/{id}");
  CHECK(seen[1].path == "/items/5");
  CHECK(seen[2].status == 404);
  CHECK(seen[2].code == "not_found");
  CHECK(seen[3].status == 501);
  CHECK(seen[3].route.empty());
}

TEST_CASE("the client's address and scheme come from trusted proxies only") {
  ServerConfig config = TestServer::quick_config();
  config.trusted_proxies = {"127.0.0.0/9", "10.0.0.0/8"};
  config.base_path = "/geond";
  const TestServer server(config);
  const auto ask = [&server](const char* from, const std::string& path, const std::string& fields) {
    RawClient client(server.port(), from);
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: i\r\n" + fields + "\r\n");
    return client.read_response().body;
  };
  const std::string forwarded =
      "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.1.1\r\nX-Forwarded-Proto: https\r\n";
  CHECK(ask("127.0.0.1", "/who", forwarded) == "203.0.113.9 https /who i");
  CHECK(ask("127.200.0.1", "/who", forwarded) == "127.200.0.1 http /who i");
  CHECK(ask("127.0.0.1", "/geond/who", "") == "127.0.0.1 http /who i");
  CHECK(ask("127.0.0.1", "/geondwho", "").find("not_found") != std::string::npos);
  RawClient client(server.port(), "127.0.0.1");
  client.send("GET /geond HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto bare = client.read_response();
  CHECK(bare.status == 308);
  CHECK(bare.header("Location") == "/geond/");
  // Not the proxy's own address: it may be familiar, or count for nobody else.
  CHECK(ask("127.0.0.1", "/who", "X-Forwarded-For: <script>\r\n") == "unknown http /who i");
  CHECK(ask("127.0.0.1", "/who", "X-Forwarded-For: 6.6.6.6, _hidden, 10.1.1.1\r\n") ==
        "unknown http /who i");
  CHECK(ask("127.0.0.1", "/who", "X-Forwarded-For: [2001:db8::1]:80\r\n") ==
        "2001:db8::1 http /who i");
}

TEST_CASE("a quote that the client leaves open does not hide what the proxy adds") {
  ServerConfig config = TestServer::quick_config();
  config.trusted_proxies = {"127.0.0.1"};
  const TestServer server(config);
  for (const char* fields : {
           "X-Forwarded-For: \"\r\nX-Forwarded-For: 203.0.113.9\r\n",
           "X-Forwarded-For: \"8.8.8.8, 203.0.113.9\r\n",
           "X-Forwarded-For: 8.8.4.4, \"x\\\r\nX-Forwarded-For: 203.0.113.9\r\n",
           "X-Forwarded-For: \", \", 203.0.113.9,\r\n",
       }) {
    CAPTURE(fields);
    RawClient client(server.port(), "127.0.0.1");
    client.send(std::string("GET /who HTTP/1.1\r\nHost: x\r\nX-Request-Id: i\r\n") + fields +
                "X-Forwarded-Proto: \", https\r\n\r\n");
    CHECK(client.read_response().body == "203.0.113.9 https /who i");
  }
}

TEST_CASE("a multipart form is read from the connection in whatever pieces it comes") {
  const TestServer server;
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n12345\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.jpg\"\r\n\r\n" +
      std::string(300'000, '\r') + "\r\n--b--\r\n";
  RawClient client = server.connect();
  client.send(
      "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body + kHello);
  CHECK(client.read_response().body == "a=5;f=300000;");
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("a body over its time limit is answered with 408 and the connection closed") {
  Router router;
  RouteOptions limited;
  limited.max_body_bytes = 1000;
  struct Handler {
    static Task<Response> take(Request& request) {
      request.body().set_time_limit(milliseconds(300));
      const auto text = co_await read_text(request.body());
      if (!text) co_return make_problem(text.error(), request);
      co_return Response::text(*text);
    }
  };
  router.post(
      "/limited", [](Request& request, Context&) { return Handler::take(request); }, limited);
  const TestServer server(TestServer::quick_config(), std::move(router));
  RawClient client = server.connect();
  client.send("POST /limited HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabc");
  const RawResponse response = client.read_response();
  CHECK(response.status == 408);
  CHECK(response.header("Connection") == "close");
  CHECK(response.body.find("in all") != std::string::npos);
  CHECK(client.is_closed());
}

TEST_CASE("what came fast before does not let a body stay silent for hours") {
  const TestServer server;
  RawClient client = server.connect();
  // Two megabytes would earn more than half an hour at the least rate.
  client.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 2000001\r\n\r\n");
  client.send(std::string(2'000'000, 'x'));
  const auto begin = steady_clock::now();
  const RawResponse response = client.read_response();
  CHECK(response.status == 408);
  CHECK(elapsed_since(begin) >= milliseconds(700));
}
