// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "test_server.hpp"

using namespace geond::http;
using namespace geond::http::testing;

namespace {

/// A hostile head or body. Whatever follows it must never be answered as a request of its own.
struct Refused {
  const char* name;
  std::string request;
  int status;
};

const std::string kHost = "Host: x\r\n";
const std::string kEnd = "\r\n";
const std::string kChunks = "5\r\nhello\r\n0\r\n\r\n";

std::string post(const std::string& fields, const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

std::string get(const std::string& fields) {
  return "GET /hello HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

std::vector<Refused> refused_requests() {
  const std::string te = "Transfer-Encoding: ";
  return {
      {"an unknown coding", post(te + "gzip\r\n", kChunks), 400},
      {"a coding that ends in chunked", post(te + "xchunked\r\n", kChunks), 400},
      {"two codings in one field", post(te + "chunked, gzip\r\n", kChunks), 400},
      {"gzip before chunked", post(te + "gzip, chunked\r\n", kChunks), 400},
      {"chunked twice in one field", post(te + "chunked, chunked\r\n", kChunks), 400},
      {"chunked twice in two fields", post(te + "chunked\r\n" + te + "chunked\r\n", kChunks), 400},
      {"identity and chunked", post(te + "identity\r\n" + te + "chunked\r\n", kChunks), 400},
      {"chunked in quotes", post(te + "\"chunked\"\r\n", kChunks), 400},
      {"chunked with a parameter", post(te + "chunked;a=b\r\n", kChunks), 400},
      {"chunked with a vertical tab", post(te + "\x0b" + "chunked\r\n", kChunks), 400},
      {"an empty coding", post(te + "\r\n", kChunks), 400},
      {"a coding and a length", post(te + "chunked\r\nContent-Length: 5\r\n", kChunks), 400},
      {"a length and a coding", post("Content-Length: 5\r\n" + te + "chunked\r\n", kChunks), 400},
      {"gzip and a length", post(te + "gzip\r\nContent-Length: 5\r\n", "hello"), 400},
      {"chunked with HTTP/1.0",
       "POST /echo HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + kChunks, 400},
      {"a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", kChunks), 400},
      {"a folded header", get("X-A: b\r\n c\r\n"), 400},
      {"a header folded by a tab", get("X-A: b\r\n\tc\r\n"), 400},
      {"a space before the first header", "GET /hello HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"two lengths in one field", post("Content-Length: 5, 5\r\n", "hello"), 400},
      {"two equal lengths", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
      {"two different lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
      {"a signed length", post("Content-Length: +5\r\n", "hello"), 400},
      {"a negative length", post("Content-Length: -5\r\n", "hello"), 400},
      {"a hexadecimal length", post("Content-Length: 0x5\r\n", "hello"), 400},
      {"an empty length", post("Content-Length: \r\n", "hello"), 400},
      {"a length with a space inside", post("Content-Length: 5 0\r\n", "hello"), 400},
      {"a length beyond 64 bits", post("Content-Length: 99999999999999999999\r\n", "x"), 400},
      {"a length that wraps around", post("Content-Length: 18446744073709551621\r\n", "hello"),
       400},
      {"no Host", "GET /hello HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /hello HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
      {"two Hosts in one field", "GET /hello HTTP/1.1\r\nHost: x, y\r\n\r\n", 400},
      {"an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"a Host with a path", "GET /hello HTTP/1.1\r\nHost: x/y\r\n\r\n", 400},
      {"a Host with a user", "GET /hello HTTP/1.1\r\nHost: a@x\r\n\r\n", 400},
      {"a space before the colon", get("Content-Length : 5\r\n"), 400},
      {"a header without a colon", get("X-A\r\n"), 400},
      {"a header without a name", get(": a\r\n"), 400},
      {"a bare line feed after the request line", "GET /hello HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"a bare line feed after a header", "GET /hello HTTP/1.1\r\nHost: x\n\r\n", 400},
      {"bare line feeds only", "GET /hello HTTP/1.1\nHost: x\n\n", 400},
      {"a bare carriage return in a header", get("X-A: b\rc\r\n"), 400},
      {"a NUL in a header", get(std::string("X-A: b\0c\r\n", 10)), 400},
      {"a control character in a header", get("X-A: \x01\r\n"), 400},
      {"a NUL in a header's name", get(std::string("X\0A: b\r\n", 8)), 400},
      {"another scheme", "GET ftp://x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a scheme without authority", "GET http:/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an empty authority", "GET http:///hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a user in the authority", "GET http://u@x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a backslash in the authority", "GET http://x\\y/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an absolute target with a fragment", "GET http://x/hello#a HTTP/1.1\r\nHost: x\r\n\r\n",
       400},
      {"an authority with a fragment", "GET http://x#/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an absolute target without Host", "GET http://x/hello HTTP/1.1\r\n\r\n", 400},
      {"an absolute target and two Hosts",
       "GET http://x/hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"an authority alone", "GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an asterisk as target of GET", "GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"more than an asterisk", "OPTIONS */ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a tunnel", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"a target without a slash", "GET hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a target with a fragment", "GET /hello#a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a broken percent-encoding in the path", "GET /he%zzo HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a cut percent-encoding", "GET /hello% HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a broken percent-encoding in the query", "GET /hello?a=%4 HTTP/1.1\r\nHost: x\r\n\r\n",
       400},
      {"an encoded NUL", "GET /hello%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"bytes in the path that are not UTF-8", "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"raw bytes in the path", "GET /h\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"two spaces in the request line", "GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a tab in the request line", "GET\t/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a space at the request line's end", "GET /hello HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
      {"a request line without a version", "GET /hello\r\nHost: x\r\n\r\n", 400},
      {"another protocol", "GET /hello ICAP/1.0\r\nHost: x\r\n\r\n", 400},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.2", "GET /hello HTTP/1.2\r\nHost: x\r\n\r\n", 505},
      {"HTTP/0.9 by name", "GET /hello HTTP/0.9\r\nHost: x\r\n\r\n", 505},
      {"a version of two digits", "GET /hello HTTP/1.10\r\nHost: x\r\n\r\n", 400},
      {"an unknown method", "BREW /hello HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"a method in lower case", "get /hello HTTP/1.1\r\nHost: x\r\n\r\n", 501},
      {"TLS on the plain port", std::string("\x16\x03\x01\x02\x00\x01", 6), 400},
      {"two Authorizations", get("Authorization: a\r\nAuthorization: b\r\n"), 400},
      {"an unknown expectation", post("Expect: 200-ok\r\nContent-Length: 5\r\n", "hello"), 417},
      {"a target of 9,000 bytes", "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n" + kHost + kEnd,
       414},
      {"a header of 20,000 bytes", get("X-A: " + std::string(20000, 'a') + "\r\n"), 431},
      {"a request line without an end", std::string(20000, 'A'), 414},
  };
}

struct RefusedBody {
  const char* name;
  std::string body;
};

std::vector<RefusedBody> refused_chunks() {
  return {
      {"no size", "\r\nhello\r\n0\r\n\r\n"},
      {"a size that is no number", "x\r\nhello\r\n0\r\n\r\n"},
      {"a signed size", "+5\r\nhello\r\n0\r\n\r\n"},
      {"a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"a space before the size", " 5\r\nhello\r\n0\r\n\r\n"},
      {"a space behind the size", "5 \r\nhello\r\n0\r\n\r\n"},
      {"a size that ends in a bare line feed", "5\nhello\r\n0\r\n\r\n"},
      {"a size of 17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"a size that overflows", "fffffffffffffffff\r\nhello"},
      {"data longer than its size", "4\r\nhello\r\n0\r\n\r\n"},
      {"data that ends in a bare line feed", "5\r\nhello\n0\r\n\r\n"},
      {"a bare carriage return in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n"},
      {"a line feed in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n"},
      {"an endless extension", "5;" + std::string(64 * 1024, 'a') + "\r\nhello\r\n0\r\n\r\n"},
      {"an endless trailer", "0\r\nX-A: " + std::string(64 * 1024, 'a') + "\r\n\r\n"},
      {"a folded trailer", "0\r\n X-A: b\r\n\r\n"},
      {"a trailer with a bare line feed", "0\r\nX-A: b\n\r\n"},
  };
}

}  // namespace

TEST_CASE("a hostile head is refused and the connection closed") {
  const TestServer server;
  const std::vector<Refused> rows = refused_requests();
  REQUIRE(rows.size() >= 45);
  for (const Refused& row : rows) {
    CAPTURE(row.name);
    RawClient client = server.connect();
    // A request that must not be answered: what a smuggler would hide behind the first.
    client.send(row.request + "GET /hello HTTP/1.1\r\nHost: smuggled\r\n\r\n");
    const RawResponse response = client.read_response();
    CHECK(response.status == row.status);
    CHECK(response.header("Content-Type") == "application/problem+json");
    CHECK(response.header("Connection") == "close");
    CHECK(response.header("X-Request-Id").size() == 16);
    CHECK(response.body.find("\"status\":" + std::to_string(row.status)) != std::string::npos);
    client.shutdown_send();
    CHECK(client.is_closed());
  }
}

TEST_CASE("a malformed chunked body is refused and the connection closed") {
  const TestServer server;
  for (const RefusedBody& row : refused_chunks()) {
    CAPTURE(row.name);
    RawClient client = server.connect();
    client.send(post("Transfer-Encoding: chunked\r\n", row.body) +
                "GET /hello HTTP/1.1\r\nHost: smuggled\r\n\r\n");
    const RawResponse response = client.read_response();
    CHECK(response.status == 400);
    CHECK(response.body.find("broken_chunk") != std::string::npos);
    client.shutdown_send();
    CHECK(client.is_closed());
  }
}

TEST_CASE("what is legal but unusual is read as exactly one request") {
  const TestServer server;
  struct Row {
    const char* name;
    std::string request;
    std::string body;
  };
  const std::vector<Row> rows{
      {"chunked", post("Transfer-Encoding: chunked\r\n", kChunks), "hello"},
      {"Chunked in another case", post("transfer-encoding: ChunKed\r\n", kChunks), "hello"},
      {"white space around chunked", post("Transfer-Encoding: \tchunked \r\n", kChunks), "hello"},
      {"leading zeros in a chunk's size",
       post("Transfer-Encoding: chunked\r\n", "0005\r\nhello\r\n000\r\n\r\n"), "hello"},
      {"an extension", post("Transfer-Encoding: chunked\r\n", "5;a=\"b\"\r\nhello\r\n0\r\n\r\n"),
       "hello"},
      {"several chunks", post("Transfer-Encoding: chunked\r\n", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
       "hello"},
      {"trailers",
       post("Transfer-Encoding: chunked\r\n",
            "5\r\nhello\r\n0\r\nAuthorization: Bearer x\r\nContent-Length: 9\r\n\r\n"),
       "hello"},
      {"a length", post("Content-Length: 5\r\n", "hello"), "hello"},
      {"a length with leading zeros", post("Content-Length: 0005\r\n", "hello"), "hello"},
      {"a length of nothing", post("Content-Length: 0\r\n", ""), ""},
      {"no length", post("", ""), ""},
      {"an empty line before the request", "\r\n" + post("Content-Length: 5\r\n", "hello"),
       "hello"},
      {"a body that looks like a request",
       post("Content-Length: 35\r\n", "GET /throw HTTP/1.1\r\nHost: evil\r\n\r\n"),
       "GET /throw HTTP/1.1\r\nHost: evil\r\n\r\n"},
      {"bytes beyond ASCII in a header",
       post("X-A: \xc3\xa9\xff\r\nContent-Length: 5\r\n", "hello"), "hello"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    RawClient client = server.connect();
    client.send(row.request + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    const RawResponse first = client.read_response();
    CHECK(first.status == 200);
    CHECK(first.body == row.body);
    const RawResponse second = client.read_response();
    CHECK(second.status == 200);
    CHECK(second.body == "hello");
    CHECK(client.is_closed());
  }
}

TEST_CASE("a trailer never becomes a header of the request") {
  const TestServer server;
  RawClient client = server.connect();
  client.send(post("Transfer-Encoding: chunked\r\n", "0\r\nX-Request-Id: from-trailer\r\n\r\n"));
  CHECK(client.read_response().header("X-Request-Id") != "from-trailer");
}

TEST_CASE("a head may come byte by byte") {
  const TestServer server;
  RawClient client = server.connect();
  const std::string request = post("Transfer-Encoding: chunked\r\n", kChunks);
  for (const char c : request) client.send(std::string_view(&c, 1));
  CHECK(client.read_response().body == "hello");
}

TEST_CASE("HTTP/1.0 needs no Host and is closed unless it asks to be kept") {
  const TestServer server;
  RawClient client = server.connect();
  client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const RawResponse kept = client.read_response();
  CHECK(kept.body == "hello");
  CHECK(kept.header("Connection") == "keep-alive");
  client.send("GET /stream HTTP/1.0\r\n\r\n");
  const RawResponse last = client.read_response(false);
  CHECK(last.status == 200);
  CHECK(last.header("Transfer-Encoding").empty());
  CHECK(client.read_until("piece 9\n"));
  client.received().clear();
  CHECK(client.is_closed());
}
