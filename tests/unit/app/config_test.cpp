// SPDX-License-Identifier: MIT
#include "geond/app/config.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

#include "geond/app/number_options.hpp"
#include "support/print_result.hpp"

using namespace geond;
using app::ServeConfig;

TEST_CASE("the defaults are a configuration that passes") {
  CHECK(app::check(ServeConfig()));
}

TEST_CASE("settings out of range or at odds are refused with the option's name") {
  struct Row {
    const char* option;
    void (*change)(ServeConfig&);
  };
  for (const Row& row : {
           Row{"--workers", [](ServeConfig& config) { config.workers = 257; }},
           Row{"--queue-capacity", [](ServeConfig& config) { config.queue_capacity = 0; }},
           Row{"--queue-capacity", [](ServeConfig& config) { config.queue_capacity = 65'536; }},
           Row{"--max-upload-bytes", [](ServeConfig& config) { config.max_upload_bytes = 10; }},
           Row{"--max-pixels", [](ServeConfig& config) { config.max_pixels = 0; }},
           Row{"--max-side", [](ServeConfig& config) { config.max_side = 70'000; }},
           Row{"--event-streams-per-user",
               [](ServeConfig& config) { config.event_streams_per_user = 0; }},
           Row{"--upload-timeout",
               [](ServeConfig& config) { config.upload_timeout = std::chrono::seconds(9); }},
           Row{"--shutdown-grace",
               [](ServeConfig& config) { config.shutdown_grace = std::chrono::seconds(-1); }},
           Row{"--tls-key", [](ServeConfig& config) { config.tls_certificate = "cert.pem"; }},
           Row{"--insecure-bind", [](ServeConfig& config) { config.listen.host = "0.0.0.0"; }},
       }) {
    CAPTURE(row.option);
    ServeConfig config;
    row.change(config);
    const auto checked = app::check(config);
    REQUIRE(checked.has_error());
    CHECK(checked.error().detail().find(row.option) != std::string::npos);
  }
}

TEST_CASE("a number is taken from its least to its most value, and no further") {
  for (const app::NumberOption& number : app::number_options()) {
    CAPTURE(number.name);
    for (const auto& [value, is_taken] : {std::pair(number.least, true),
                                          {number.most, true},
                                          {number.least - 1, false},
                                          {number.most + 1, false}}) {
      ServeConfig config;
      REQUIRE(number.set(config, value));
      CHECK(number.of(config) == value);
      CHECK(app::check(config).has_value() == is_taken);
    }
  }
}

TEST_CASE("a number that its place cannot hold leaves what is there") {
  const app::NumberOption& workers = app::number_options().front();
  ServeConfig config;
  CHECK_FALSE(workers.set(config, std::int64_t{1} << 40));
  CHECK(workers.of(config) == 0);
}

TEST_CASE("another address than loopback is allowed with TLS or when it is said") {
  ServeConfig config;
  config.listen.host = "0.0.0.0";
  config.plaintext_bind = app::PlaintextBind::anywhere;
  CHECK(app::check(config));
  config.plaintext_bind = app::PlaintextBind::loopback_only;
  config.tls_certificate = "cert.pem";
  config.tls_key = "key.pem";
  CHECK(app::check(config));
}

TEST_CASE("a printed path is one quoted line, whatever is in it") {
  ServeConfig config;
  config.data = "a \"b\" #c \\d\n";
  CHECK(app::print(config).find("\ndata = \"a \\u0022b\\u0022 \\u0023c \\u005cd\\u000a\"\n") !=
        std::string::npos);
}

TEST_CASE("the printed configuration names every setting, one that is not set as a comment") {
  const std::string text = app::print(ServeConfig());
  for (const char* line :
       {"listen = \"127.0.0.1:8080\"", "data = \"data\"", "workers = 0", "queue-capacity = 1024",
        "\n# models ", "\n# tls-cert is not set\n", "\n# tls-key ", "\n# base-path ",
        "\n# trusted-proxy ", "\n# admin-password-file ", "registration = \"closed\"",
        "metrics = false", "log-level = \"info\""}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}
