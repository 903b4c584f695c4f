// SPDX-License-Identifier: MIT
#include "serve_options.hpp"

#include <fmt/format.h>

#include "choices.hpp"
#include "geond/app/number_options.hpp"

namespace geond::cli {
namespace {

/// Adds an option that is a whole number.
void add_number(OptionSet& options, const app::NumberOption& option, app::ServeConfig& config) {
  const std::string help =
      fmt::format("{} ({}); {} to {}", option.help, option.of(config), option.least, option.most);
  options.add(std::string(option.name), option.is_time() ? "SECONDS" : "N", help,
              [&option, &config](const std::string& text) -> core::Result<void> {
                const auto number = parse_integer(text);
                if (!number) return number.error();
                if (option.set(config, *number)) return core::ok();
                return core::Error(core::ErrorKind::invalid_argument, "invalid_config",
                                   fmt::format("{} is out of range", text));
              });
}

template <class Text>
void add_text(OptionSet& options, const std::string& name, const std::string& placeholder,
              const std::string& help, Text& target) {
  options.add(name, placeholder, help, [&target](const std::string& text) -> core::Result<void> {
    target = text;
    return core::ok();
  });
}

void add_place_options(OptionSet& options, app::ServeConfig& config) {
  options.add("listen", "HOST:PORT", "Address to listen on (127.0.0.1:8080)",
              [&config](const std::string& text) -> core::Result<void> {
                auto address = http::parse_listen_address(text);
                if (!address) return address.error();
                config.listen = std::move(*address);
                return core::ok();
              });
  add_text(options, "data", "DIR", "Directory for database and pictures (./data)", config.data);
  add_text(options, "models", "DIR", "Directory of the models (found beside the program)",
           config.models);
}

void add_door_options(OptionSet& options, app::ServeConfig& config) {
  options.add_choice("registration", {"open", "closed"},
                     "Whether strangers may make accounts (closed)",
                     [&config](const std::string& text) {
                       config.registration =
                           text == "open" ? auth::Registration::open : auth::Registration::closed;
                     });
  options.add_switch("metrics", "Serve /metrics for Prometheus", [&config](bool on) {
    config.metrics = on ? app::MetricsRoute::on : app::MetricsRoute::off;
  });
  options.add_switch("insecure-bind", "Allow plain HTTP on an address that others can reach",
                     [&config](bool on) {
                       config.plaintext_bind =
                           on ? app::PlaintextBind::anywhere : app::PlaintextBind::loopback_only;
                     });
  add_text(options, "tls-cert", "FILE", "TLS certificate chain (PEM); with --tls-key",
           config.tls_certificate);
  add_text(options, "tls-key", "FILE", "TLS private key (PEM)", config.tls_key);
  add_text(options, "base-path", "/PATH", "Prefix under which a proxy serves geond",
           config.base_path);
  options.add_list("trusted-proxy", "ADDRESS",
                   "Address or network of a proxy whose X-Forwarded-* headers count (repeatable)",
                   [&config](const std::string& text) -> core::Result<void> {
                     config.trusted_proxies.push_back(text);
                     return core::ok();
                   });
  add_text(options, "admin-name", "NAME", "Name of the first account (admin)", config.admin_name);
  add_text(options, "admin-password-file", "FILE",
           "File with the first account's password (else one is made and printed)",
           config.admin_password_file);
}

void add_log_options(OptionSet& options, app::ServeConfig& config) {
  options.add_choice(
      "log-level", log_level_names(), "Least level that is logged (info)",
      [&config](const std::string& text) { config.log_level = *core::parse_log_level(text); });
  options.add_choice("log-format", {"text", "json"}, "Form of the log on stderr (text)",
                     [&config](const std::string& text) {
                       config.log_format =
                           text == "json" ? core::LogFormat::json : core::LogFormat::text;
                     });
}

}  // namespace

void add_serve_options(OptionSet& options, app::ServeConfig& config) {
  add_place_options(options, config);
  for (const app::NumberOption& number : app::number_options()) {
    add_number(options, number, config);
  }
  add_door_options(options, config);
  add_log_options(options, config);
}

}  // namespace geond::cli
