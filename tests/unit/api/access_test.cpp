// SPDX-License-Identifier: MIT
#include "access.hpp"

#include <doctest/doctest.h>

using namespace geond;
using api::Bearer;

namespace {

http::Request request_with(const std::vector<http::Headers::Field>& headers) {
  http::Request request;
  request.host = "127.0.0.1:8080";
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

}  // namespace

TEST_CASE("a bearer token is read from the header, then from the cookie") {
  CHECK(api::bearer_of(request_with({})).source == Bearer::Source::none);
  CHECK(api::bearer_of(request_with({{"Authorization", "Bearer abc"}})).text == "abc");
  CHECK(api::bearer_of(request_with({{"authorization", "bearer   abc"}})).text == "abc");
  const auto cookie = api::bearer_of(request_with({{"Cookie", "a=b; geond_access=xyz"}}));
  CHECK(cookie.source == Bearer::Source::cookie);
  CHECK(cookie.text == "xyz");
}

TEST_CASE("a cookie has the port in its name where the address has one") {
  struct Row {
    std::string host;
    std::string name;
  };
  for (const Row& row : {
           Row{"127.0.0.1:8080", "geond_access_8080"},
           Row{"localhost:18401", "geond_access_18401"},
           Row{"[::1]:8080", "geond_access_8080"},
           Row{"geond.example", "geond_access"},
           Row{"geond.example:", "geond_access"},
           Row{"[::1]", "geond_access"},
           Row{"[::12]", "geond_access"},
           Row{"", "geond_access"},
       }) {
    CAPTURE(row.host);
    http::Request request;
    request.host = row.host;
    CHECK(api::cookie_name(request, api::kAccessCookie) == row.name);
  }
}

TEST_CASE("of two cookies the one with the port counts, and the other one where that is missing") {
  CHECK(api::bearer_of(request_with({{"Cookie", "geond_access=a; geond_access_8080=b"}})).text ==
        "b");
  CHECK(api::bearer_of(request_with({{"Cookie", "geond_access=a; geond_access_8081=b"}})).text ==
        "a");
  CHECK(api::bearer_of(request_with({{"Cookie", "geond_access_8081=b"}})).source ==
        Bearer::Source::none);
}

TEST_CASE("a header that is no bearer token never falls back to the cookie") {
  struct Row {
    const char* value;
    Bearer::Source source;
  };
  for (const Row& row :
       {Row{"Basic YTpi", Bearer::Source::other_scheme}, Row{"", Bearer::Source::other_scheme},
        Row{"abc", Bearer::Source::other_scheme}, Row{"Bearerabc", Bearer::Source::other_scheme},
        Row{"Bearer", Bearer::Source::header}}) {
    CAPTURE(row.value);
    const auto bearer = api::bearer_of(
        request_with({{"Authorization", row.value}, {"Cookie", "geond_access=xyz"}}));
    CHECK(bearer.source == row.source);
    CHECK(bearer.text.empty());
  }
}

TEST_CASE("a cookie's request must come from this server's own page") {
  struct Row {
    std::vector<http::Headers::Field> headers;
    bool allowed;
  };
  for (const Row& row : {
           Row{{{"Origin", "http://127.0.0.1:8080"}}, true},
           Row{{{"Origin", "https://127.0.0.1:8080"}}, true},
           Row{{{"Sec-Fetch-Site", "same-origin"}}, true},
           Row{{}, false},
           Row{{{"Origin", "null"}}, false},
           Row{{{"Origin", "chrome-extension://127.0.0.1:8080"}}, false},
           Row{{{"Origin", "//127.0.0.1:8080"}}, false},
           Row{{{"Origin", "http://127.0.0.1"}}, false},
           Row{{{"Origin", "http://127.0.0.1:8081"}}, false},
           Row{{{"Origin", "http://evil.example"}}, false},
           Row{{{"Origin", "http://127.0.0.1:8080.evil.example"}}, false},
           Row{{{"Sec-Fetch-Site", "cross-site"}}, false},
           Row{{{"Sec-Fetch-Site", "same-site"}}, false},
           Row{{{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-origin"}}, false},
       }) {
    const auto request = request_with(row.headers);
    CAPTURE(request.headers.get_or("Origin", "(none)"));
    CHECK(api::check_origin(request).has_value() == row.allowed);
  }
}

TEST_CASE("over TLS the page must have come over TLS, too") {
  for (const auto& [origin, allowed] :
       {std::pair("https://127.0.0.1:8080", true), std::pair("HTTPS://127.0.0.1:8080", true),
        std::pair("http://127.0.0.1:8080", false)}) {
    CAPTURE(origin);
    auto request = request_with({{"Origin", origin}});
    request.is_secure = true;
    CHECK(api::check_origin(request).has_value() == allowed);
  }
}
