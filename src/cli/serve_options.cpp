// SPDX-License-Identifier: MIT
#include "serve_options.hpp"

#include <fmt/format.h>

#include <limits>

#include "choices.hpp"

namespace geond::cli {
namespace {

/// The help of a number with the values that it may have.
std::string with_range(const std::string& name, const std::string& help) {
  const app::NumberRange range = app::range_of(name);
  return fmt::format("{}; {} to {}", help, range.least, range.most);
}

/// An option that is a whole number of type Number.
template <class Number>
void add_number(OptionSet& options, const std::string& name, const std::string& help,
                Number& target) {
  options.add(name, "N", with_range(name, help),
              [&target](const std::string& text) -> core::Result<void> {
                const auto number = parse_integer(text);
                if (!number) return number.error();
                if (*number < std::numeric_limits<Number>::min() ||
                    *number > std::numeric_limits<Number>::max()) {
                  return core::Error(core::ErrorKind::invalid_argument, "invalid_config",
                                     fmt::format("{} is out of range", text));
                }
                target = static_cast<Number>(*number);
                return core::ok();
              });
}

void add_seconds(OptionSet& options, const std::string& name, const std::string& help,
                 std::chrono::seconds& target) {
  options.add(name, "SECONDS", with_range(name, help),
              [&target](const std::string& text) -> core::Result<void> {
                const auto seconds = parse_integer(text);
                if (!seconds) return seconds.error();
                target = std::chrono::seconds(*seconds);
                return core::ok();
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

void add_capacity_options(OptionSet& options, app::ServeConfig& config) {
  add_number(options, "workers", "Pictures worked on at once (0: one a core)", config.workers);
  add_number(options, "queue-capacity", "Tasks that may wait (1024)", config.queue_capacity);
  add_number(options, "http-threads", "Threads for connections (1)", config.http_threads);
  add_number(options, "blocking-threads", "Threads for the requests' database and file work (8)",
             config.blocking_threads);
  add_number(options, "max-connections", "Connections at once (8192)", config.max_connections);
  add_number(options, "max-connections-per-address",
             "Connections at once from one address other than loopback (256)",
             config.max_connections_per_address);
  add_number(options, "max-upload-bytes", "Largest picture file (67108864)",
             config.max_upload_bytes);
  add_number(options, "max-pixels", "Largest picture in pixels (50000000)", config.max_pixels);
  add_number(options, "max-side", "Largest side of a picture in pixels (20000)", config.max_side);
  add_number(options, "event-streams-per-user",
             "Event streams of one user; the oldest ends for a newer one (8)",
             config.event_streams_per_user);
  add_seconds(options, "upload-timeout", "How long the pictures of one request may take (900)",
              config.upload_timeout);
  add_number(options, "disk-watermark", "Bytes on disk that uploads leave free (268435456)",
             config.disk_watermark);
  add_seconds(options, "shutdown-grace", "How long a stop waits for requests and running tasks (6)",
              config.shutdown_grace);
}

void add_door_options(OptionSet& options, app::ServeConfig& config) {
  options.add_choice(
      "registration", {"open", "closed"}, "Whether strangers may make accounts (closed)",
      [&config](const std::string& text) {
        config.registration = text == "open" ? app::Registration::open : app::Registration::closed;
      });
  options.add_switch("metrics", "Serve /metrics for Prometheus", [&config](bool on) {
    config.metrics = on ? app::Metrics::on : app::Metrics::off;
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
  add_capacity_options(options, config);
  add_door_options(options, config);
  add_log_options(options, config);
}

}  // namespace geond::cli
