// SPDX-License-Identifier: MIT
#include "geond/app/reload.hpp"

#include <doctest/doctest.h>

#include "geond/app/number_options.hpp"
#include "support/print_result.hpp"

using namespace geond;
using app::ConfigDifference;
using app::ServeConfig;
using Options = std::vector<std::string>;

TEST_CASE("a configuration does not differ from itself") {
  CHECK(app::compare(ServeConfig(), ServeConfig()) == ConfigDifference());
}

// The printed text was taken apart by lines: a reload ended the server.
TEST_CASE("a path with line ends and equals signs in it is compared like another") {
  ServeConfig config;
  config.data = "data\n\nworkers = 9\n";
  CHECK(app::compare(config, config) == ConfigDifference());
  CHECK(app::compare(ServeConfig(), config).needs_restart == Options{"data"});
}

TEST_CASE("every option is either live or needs a restart") {
  struct Row {
    const char* option;
    bool is_live;
    void (*change)(ServeConfig&);
  };
  for (const Row& row : {
           Row{"log-level", true,
               [](ServeConfig& config) { config.log_level = core::LogLevel::debug; }},
           Row{"registration", true,
               [](ServeConfig& config) { config.registration = auth::Registration::open; }},
           Row{"disk-watermark", true, [](ServeConfig& config) { config.disk_watermark = 1; }},
           Row{"shutdown-grace", true,
               [](ServeConfig& config) { config.shutdown_grace = std::chrono::seconds(1); }},
           Row{"listen", false, [](ServeConfig& config) { config.listen.port = 1; }},
           Row{"data", false, [](ServeConfig& config) { config.data = "elsewhere"; }},
           Row{"models", false, [](ServeConfig& config) { config.models = "elsewhere"; }},
           Row{"workers", false, [](ServeConfig& config) { config.workers = 9; }},
           Row{"trusted-proxy", false,
               [](ServeConfig& config) { config.trusted_proxies = {"10.0.0.1"}; }},
           Row{"log-format", false,
               [](ServeConfig& config) { config.log_format = core::LogFormat::json; }},
       }) {
    CAPTURE(row.option);
    ServeConfig wanted;
    row.change(wanted);
    const ConfigDifference difference = app::compare(ServeConfig(), wanted);
    CHECK(difference.live == (row.is_live ? Options{row.option} : Options{}));
    CHECK(difference.needs_restart == (row.is_live ? Options{} : Options{row.option}));
    // What is in force afterwards differs from what was wanted in the rest alone.
    const ServeConfig merged = app::merge(ServeConfig(), wanted);
    CHECK((app::print(merged) == app::print(wanted)) == row.is_live);
    CHECK((app::print(merged) == app::print(ServeConfig())) != row.is_live);
  }
}

// A row that is marked live would be reported as changed whether or not anybody takes it over.
TEST_CASE("the live numbers are those that a running server takes over") {
  Options live;
  for (const app::NumberOption& option : app::number_options()) {
    if (option.is_live) live.emplace_back(option.name);
  }
  // For one more, Application::take_over() in serve.cpp needs a line.
  CHECK(live == Options{"disk-watermark", "shutdown-grace"});
}

TEST_CASE("TLS files can be exchanged, but TLS itself is on or off until a restart") {
  ServeConfig plain;
  ServeConfig old_files;
  old_files.tls_certificate = "old.pem";
  old_files.tls_key = "old.key";
  ServeConfig new_files;
  new_files.tls_certificate = "new.pem";
  new_files.tls_key = "new.key";
  CHECK(app::compare(old_files, new_files).live == Options{"tls-cert", "tls-key"});
  CHECK(app::merge(old_files, new_files).tls_certificate == "new.pem");
  for (const auto& [running, wanted] : {std::pair{plain, new_files}, std::pair{old_files, plain}}) {
    CHECK(app::compare(running, wanted).needs_restart == Options{"tls-cert", "tls-key"});
    CHECK(app::merge(running, wanted).tls_certificate == running.tls_certificate);
  }
}
