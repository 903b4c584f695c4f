// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <stdexcept>

#include "addresses.hpp"
#include "geond/http/cookie.hpp"
#include "geond/http/etag.hpp"
#include "geond/http/media_type.hpp"
#include "geond/http/prefer.hpp"
#include "geond/http/request.hpp"
#include "geond/http/server.hpp"
#include "geond/http/static_content.hpp"
#include "trace_context.hpp"

using namespace geond::http;
using std::chrono::seconds;

namespace {

Headers with(std::string_view name, std::string_view value) {
  Headers headers;
  headers.add(name, value);
  return headers;
}

}  // namespace

TEST_CASE("a target is taken apart and decoded") {
  const auto target = parse_target("/a%20b/c+d/%2F/?q=x+y&q=%26&empty=&flag&%D1%8F=1");
  REQUIRE(target.has_value());
  CHECK(target->segments == std::vector<std::string>{"a b", "c+d", "/", ""});
  CHECK(target->path == "/a%20b/c+d/%2F/");
  CHECK(target->query.all("q") == std::vector<std::string_view>{"x y", "&"});
  CHECK(target->query.get("empty") == "");
  CHECK(target->query.get("flag") == "");
  CHECK(target->query.get("\xd1\x8f") == "1");
  CHECK(target->query.count("absent") == 0);
  CHECK(parse_target("/")->segments == std::vector<std::string>{""});
}

// A proxy that keeps /metrics to itself let it through.
TEST_CASE("dots and empty segments of a path stay where they are") {
  using Segments = std::vector<std::string>;
  CHECK(parse_target("/./metrics")->segments == Segments{".", "metrics"});
  CHECK(parse_target("/.//metrics?a=b")->segments == Segments{".", "", "metrics"});
  CHECK(parse_target("/../a/./b")->segments == Segments{"..", "a", ".", "b"});
  CHECK(parse_target("//a")->segments == Segments{"", "a"});
}

TEST_CASE("what browsers leave as it is in a query is taken there, and nowhere else") {
  const auto target = parse_target("/t?q=a|b&r=[x]{y}^`\\&s=%7c");
  REQUIRE(target.has_value());
  CHECK(target->query.get("q") == "a|b");
  CHECK(target->query.get("r") == "[x]{y}^`\\");
  CHECK(target->query.get("s") == "|");
  CHECK_FALSE(parse_target("/a|b").has_value());
  CHECK_FALSE(parse_target("/t?q=<").has_value());
}

TEST_CASE("a target that is not in origin form or badly encoded is refused") {
  struct Row {
    std::string_view text;
    std::string_view code;
  };
  for (const Row& row :
       {Row{"", "bad_target"}, Row{"a", "bad_target"}, Row{"http://x/", "bad_target"},
        Row{"*", "bad_target"}, Row{"/a b", "bad_target"}, Row{"/a\"", "bad_target"},
        Row{"/a#b", "bad_target"}, Row{"/%", "bad_encoding"}, Row{"/%g0", "bad_encoding"},
        Row{"/%00", "bad_encoding"}, Row{"/%ff", "bad_encoding"}, Row{"/%c0%af", "bad_encoding"},
        Row{"/%ed%a0%80", "bad_encoding"}, Row{"/?a=%", "bad_encoding"},
        Row{"/?a=%ff", "bad_encoding"}, Row{"/?%00=1", "bad_encoding"}}) {
    CAPTURE(row.text);
    const auto target = parse_target(row.text);
    REQUIRE(!target);
    CHECK(target.error().code() == row.code);
  }
}

TEST_CASE("a form's pairs are decoded and bad ones refused") {
  const auto pairs = parse_pairs("name=J%C3%BCrgen+K&&a=b=c");
  REQUIRE(pairs.has_value());
  CHECK(pairs->get("name") == "J\xc3\xbcrgen K");
  CHECK(pairs->get("a") == "b=c");
  CHECK(pairs->pairs().size() == 2);
  CHECK(!parse_pairs("a=%4"));
  CHECK(!parse_pairs("a=%FF"));
}

TEST_CASE("header names compare without regard to case") {
  Headers headers = with("X-One", "1");
  headers.add("x-one", "2");
  CHECK(headers.get("X-ONE") == "1");
  CHECK(headers.all("x-One").size() == 2);
  CHECK(headers.joined("x-one") == "1, 2");
  headers.set("X-one", "3");
  CHECK(headers.fields().size() == 1);
}

TEST_CASE("a content type is read with its parameters") {
  const auto media = parse_media_type("Multipart/Form-Data; Boundary=\"a;b\"; x=y");
  REQUIRE(media.has_value());
  CHECK(media->type == "multipart/form-data");
  CHECK(media->parameters.get("boundary") == "a;b");
  for (const char* bad : {"", "text", "/plain", "text/", "te xt/plain", "a/b; =c"}) {
    CAPTURE(bad);
    CHECK(!parse_media_type(bad));
  }
}

TEST_CASE("Accept chooses what the client likes best") {
  constexpr std::array<std::string_view, 2> kOffered{"application/json", "text/html"};
  struct Row {
    const char* accept;
    const char* chosen;
  };
  for (const Row& row : {Row{"", "application/json"}, Row{"*/*", "application/json"},
                         Row{"text/html", "text/html"}, Row{"text/*;q=0.5, */*;q=0.1", "text/html"},
                         Row{"text/html;q=0.5, application/json;q=0.4", "text/html"},
                         Row{"text/html, application/json", "application/json"},
                         Row{"application/json;q=0, */*", "text/html"},
                         Row{"TEXT/HTML;q=1.000", "text/html"}, Row{"garbage", "application/json"},
                         Row{"image/png", ""}, Row{"application/json;q=0", ""}}) {
    CAPTURE(row.accept);
    CHECK(negotiate_media_type(row.accept, kOffered).value_or("") == row.chosen);
  }
  Request request;
  request.headers = with("Accept", "image/png");
  CHECK(negotiate(request, kOffered).error().code() == "not_acceptable");
}

TEST_CASE("gzip is sent only to those who take it") {
  for (const char* yes : {"gzip", "deflate, gzip;q=0.5", "*", "x-gzip", "br, GZIP"}) {
    CAPTURE(yes);
    CHECK(accepts_gzip(yes));
  }
  for (const char* no : {"", "identity", "gzip;q=0", "gzip;q=0, *", "*;q=0", "br", "gzip;q=x"}) {
    CAPTURE(no);
    CHECK(!accepts_gzip(no));
  }
}

TEST_CASE("preferences are read and what is not understood is ignored") {
  CHECK(parse_preferences(with("Prefer", "wait=10")).wait == seconds(10));
  CHECK(parse_preferences(with("prefer", "foo; bar, Wait = \"7\" ;x, wait=9")).wait == seconds(7));
  CHECK(parse_preferences(with("Prefer", "wait=99999999999999999999")).wait == seconds(86'400));
  CHECK(parse_preferences(with("Prefer", "respond-async, return=minimal")).respond_async);
  CHECK(parse_preferences(with("Prefer", "return=minimal, return=representation")).return_minimal);
  CHECK(!parse_preferences(with("Prefer", "return=minimal, return=representation"))
             .return_representation);
  for (const char* ignored :
       {"", "wait", "wait=", "wait=-1", "wait=+1", "wait=1.5", "wait=x", ",;="}) {
    CAPTURE(ignored);
    CHECK(!parse_preferences(with("Prefer", ignored)).wait);
  }
}

TEST_CASE("cookies are read and malformed ones skipped") {
  const Pairs cookies =
      parse_cookies(with("Cookie", "a=1; b=\"2\";c = 3 ; bad name=4; d; e=x\\y; a=5"));
  CHECK(cookies.all("a") == std::vector<std::string_view>{"1", "5"});
  CHECK(cookies.get("b") == "2");
  CHECK(cookies.get("c") == "3");
  CHECK(cookies.pairs().size() == 4);
}

TEST_CASE("a cookie is set with the strictest attributes unless told otherwise") {
  SetCookie cookie;
  cookie.name = "session";
  cookie.value = "abc";
  CHECK(format_set_cookie(cookie) == "session=abc; Path=/; HttpOnly; Secure; SameSite=Strict");
  cookie.max_age = seconds(0);
  cookie.script = CookieScript::visible;
  cookie.transport = CookieTransport::any;
  cookie.same_site = SameSite::lax;
  CHECK(format_set_cookie(cookie) == "session=abc; Path=/; Max-Age=0; SameSite=Lax");
  cookie.value = "a; Domain=evil";
  CHECK_THROWS_AS(format_set_cookie(cookie), std::logic_error);
}

TEST_CASE("entity tags compare weakly for If-None-Match") {
  CHECK(matches_weakly("\"a\", \"b\"", "\"b\""));
  CHECK(matches_weakly("W/\"b\"", "\"b\""));
  CHECK(matches_weakly("\"b\"", "W/\"b\""));
  CHECK(matches_weakly(" * ", "\"b\""));
  CHECK(matches_weakly("\"a,b\"", "\"a,b\""));
  CHECK(!matches_weakly("\"ab\"", "\"b\""));
  CHECK(!matches_weakly("b", "\"b\""));
  CHECK(!matches_weakly("\"b", "\"b\""));
  CHECK(matches_weakly("*", "\"b\""));
}

TEST_CASE("static content is gzipped, tagged and not sent again") {
  const StaticContent content{"plain text", "zipped", "text/css", strong_etag("v1")};
  Request request;
  Response response = serve_static(request, content);
  CHECK(std::get<StaticBody>(response.body).text == "plain text");
  CHECK(response.headers.get("ETag") == "\"v1\"");
  CHECK(response.headers.get("Vary") == "Accept-Encoding");
  request.headers = with("Accept-Encoding", "gzip");
  response = serve_static(request, content);
  CHECK(std::get<StaticBody>(response.body).text == "zipped");
  CHECK(response.headers.get("Content-Encoding") == "gzip");
  CHECK(response.headers.get("ETag") == "\"v1-gzip\"");
  request.headers.add("If-None-Match", "\"v1-gzip\"");
  CHECK(serve_static(request, content).status == 304);
  request.method = Method::post;
  CHECK(serve_static(request, content).status == 200);
  CHECK(content_type_of("a/b.mjs") == "text/javascript; charset=utf-8");
  CHECK(content_type_of("noext") == "application/octet-stream");
}

TEST_CASE("listen addresses are read and bad ones refused") {
  CHECK(parse_listen_address("127.0.0.1:8080")->port == 8080);
  CHECK(parse_listen_address("[::1]:0")->host == "::1");
  CHECK(parse_listen_address("[::1]:0")->is_loopback());
  CHECK(parse_listen_address("localhost:1")->host == "127.0.0.1");
  CHECK(!parse_listen_address("0.0.0.0:80")->is_loopback());
  CHECK(parse_listen_address("[::1]:80")->to_string() == "[::1]:80");
  for (const char* bad :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
        "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "x.y:80", "127.0.0.1:80 "}) {
    CAPTURE(bad);
    CHECK(!parse_listen_address(bad));
  }
}

TEST_CASE("networks contain what they should") {
  const auto contains = [](const char* network, const char* address) {
    return parse_network(network)->contains(*parse_ip(address));
  };
  CHECK(contains("10.0.0.0/8", "10.255.0.1"));
  CHECK(!contains("10.0.0.0/8", "11.0.0.1"));
  CHECK(contains("0.0.0.0/0", "1.2.3.4"));
  CHECK(!contains("0.0.0.0/0", "2001:db8::1"));
  CHECK(contains("fd00::/8", "fd12::1"));
  CHECK(contains("10.1.2.3", "::ffff:10.1.2.3"));
  CHECK(!contains("10.1.2.3", "10.1.2.4"));
  for (const char* bad :
       {"", "x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0/8"}) {
    CAPTURE(bad);
    CHECK(!check_network(bad));
  }
  CHECK(parse_ip("2001:db8:1:2:3::4")->counted_as().to_string() == "2001:db8:1:2::");
}

TEST_CASE("a base path is checked") {
  CHECK(check_base_path("").has_value());
  CHECK(check_base_path("/a/b-c_d~1").has_value());
  for (const char* bad :
       {"/", "a", "/a/", "//a", "/a//b", "/a b", "/%41", "/..", "/a/./b", "/a?b"}) {
    CAPTURE(bad);
    CHECK(!check_base_path(bad));
  }
}

TEST_CASE("an id parameter is a positive integer or nothing") {
  Request request;
  request.route = "/{id}";
  const auto id = [&request](std::string value) {
    request.parameters = Pairs();
    request.parameters.add("id", std::move(value));
    return request.id_parameter("id");
  };
  CHECK(*id("7") == 7);
  for (const char* bad : {"0", "-1", "+1", "1x", "99999999999999999999", " 1", "0x1", "1.0"}) {
    CAPTURE(bad);
    CHECK(id(bad).error().code() == "not_found");
  }
  CHECK_THROWS_AS(static_cast<void>(request.parameter("other")), std::logic_error);
}

TEST_CASE("a traceparent's trace id is read as W3C Trace Context says, and nothing else is") {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string parent = "00f067aa0ba902b7";
  const std::string good = "00-" + trace + "-" + parent + "-01";
  CHECK(trace_id_of(good) == trace);
  CHECK(trace_id_of("cc-" + trace + "-" + parent + "-01-what-the-future-brings") == trace);
  for (const std::string& bad : {
           std::string(),
           std::string("00"),
           good.substr(0, good.size() - 1),
           good + "0",
           good + "-more",
           "cc" + good.substr(2) + ".more",
           "ff" + good.substr(2),
           "0G" + good.substr(2),
           "00-" + std::string(32, '0') + "-" + parent + "-01",
           "00-" + trace + "-" + std::string(16, '0') + "-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + parent + "-01",
           "00-" + trace + "_" + parent + "-01",
           "00-" + trace.substr(1) + "\n-" + parent + "-01",
       }) {
    CAPTURE(bad);
    CHECK(trace_id_of(bad).empty());
  }
}
