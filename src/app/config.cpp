// SPDX-License-Identifier: MIT
#include "geond/app/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <system_error>
#include <utility>

namespace geond::app {
namespace {

core::Error invalid(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_config", std::move(detail));
}

struct NumberOption {
  std::string_view name;
  NumberRange range;
};

constexpr std::array kNumbers{
    NumberOption{"workers", {0, 256}},
    NumberOption{"queue-capacity", {1, 65'535}},
    NumberOption{"http-threads", {1, 64}},
    NumberOption{"blocking-threads", {1, 256}},
    NumberOption{"max-connections", {1, 1'000'000}},
    NumberOption{"max-connections-per-address", {1, 1'000'000}},
    NumberOption{"max-upload-bytes", {1024, 1LL << 30}},
    NumberOption{"max-pixels", {1, 500'000'000}},
    NumberOption{"max-side", {1, 65'500}},
    NumberOption{"event-streams-per-user", {1, 10'000}},
    NumberOption{"upload-timeout", {10, 86'400}},
    NumberOption{"disk-watermark", {0, 1LL << 50}},
    NumberOption{"shutdown-grace", {0, 3600}},
};

core::Result<void> check_range(std::string_view option, std::int64_t value) {
  const NumberRange range = range_of(option);
  if (value >= range.least && value <= range.most) return core::ok();
  return invalid(
      fmt::format("--{} must be {} to {}, but is {}.", option, range.least, range.most, value));
}

core::Result<void> check_numbers(const ServeConfig& config) {
  const std::pair<std::string_view, std::int64_t> values[] = {
      {"workers", config.workers},
      {"queue-capacity", config.queue_capacity},
      {"http-threads", config.http_threads},
      {"blocking-threads", config.blocking_threads},
      {"max-connections", config.max_connections},
      {"max-connections-per-address", config.max_connections_per_address},
      {"max-upload-bytes", config.max_upload_bytes},
      {"max-pixels", config.max_pixels},
      {"max-side", config.max_side},
      {"event-streams-per-user", config.event_streams_per_user},
      {"upload-timeout", config.upload_timeout.count()},
      {"disk-watermark", config.disk_watermark},
      {"shutdown-grace", config.shutdown_grace.count()},
  };
  for (const auto& [option, value] : values) {
    if (auto checked = check_range(option, value); !checked) return checked;
  }
  return core::ok();
}

/// A basic string of TOML 1.0. What has a meaning of its own stands as its number, a # too: not
/// every CLI11 that reads the file knows that these are quoted.
std::string in_quotes(const std::filesystem::path& text) {
  std::string out = "\"";
  for (const char c : text.string()) {
    const auto code = static_cast<unsigned char>(c);
    const bool is_plain = code >= 0x20 && code != 0x7f && c != '"' && c != '\\' && c != '#';
    out += is_plain ? std::string(1, c) : fmt::format("\\u{:04x}", code);
  }
  return out + '"';
}

}  // namespace

NumberRange range_of(std::string_view option) {
  const auto* found = std::ranges::find(kNumbers, option, &NumberOption::name);
  return found == kNumbers.end() ? NumberRange{} : found->range;
}

core::Result<void> check(const ServeConfig& config) {
  if (auto r = check_numbers(config); !r) return r;
  if (auto r = http::check_base_path(config.base_path); !r) return r;
  for (const std::string& proxy : config.trusted_proxies) {
    if (auto r = http::check_network(proxy); !r) return r;
  }
  if (config.tls_certificate.empty() != config.tls_key.empty()) {
    return invalid("--tls-cert and --tls-key go together: give both or neither.");
  }
  return check_reach(config, config.listen);
}

core::Result<void> check_reach(const ServeConfig& config, const http::ListenAddress& address) {
  if (address.is_loopback() || !config.tls_certificate.empty() ||
      config.plaintext_bind == PlaintextBind::anywhere) {
    return core::ok();
  }
  return invalid(fmt::format(
      "{} can be reached from other machines, and without TLS passwords and pictures would "
      "travel in the clear. Give --tls-cert and --tls-key, put a TLS proxy in front of "
      "127.0.0.1, or say --insecure-bind if the network is yours alone.",
      address.to_string()));
}

std::vector<Setting> settings(const ServeConfig& config) {
  std::vector<Setting> out;
  const auto line = [&out](std::string_view option, const auto& value) {
    out.push_back({std::string(option), fmt::format("{}", value)});
  };
  const auto path_line = [&line](std::string_view option, const std::filesystem::path& path) {
    line(option, path.empty() ? "" : in_quotes(path));
  };
  line("listen", in_quotes(config.listen.to_string()));
  line("data", in_quotes(config.data));
  path_line("models", config.models);
  line("workers", config.workers);
  line("queue-capacity", config.queue_capacity);
  line("http-threads", config.http_threads);
  line("blocking-threads", config.blocking_threads);
  line("max-connections", config.max_connections);
  line("max-connections-per-address", config.max_connections_per_address);
  line("max-upload-bytes", config.max_upload_bytes);
  line("max-pixels", config.max_pixels);
  line("max-side", config.max_side);
  line("event-streams-per-user", config.event_streams_per_user);
  line("upload-timeout", config.upload_timeout.count());
  line("disk-watermark", config.disk_watermark);
  line("shutdown-grace", config.shutdown_grace.count());
  line("registration", config.registration == Registration::open ? "\"open\"" : "\"closed\"");
  line("metrics", config.metrics == Metrics::on);
  line("insecure-bind", config.plaintext_bind == PlaintextBind::anywhere);
  path_line("tls-cert", config.tls_certificate);
  path_line("tls-key", config.tls_key);
  path_line("base-path", config.base_path);
  line("trusted-proxy", config.trusted_proxies.empty()
                            ? ""
                            : fmt::format("[\"{}\"]", fmt::join(config.trusted_proxies, "\", \"")));
  line("admin-name", in_quotes(config.admin_name));
  path_line("admin-password-file", config.admin_password_file);
  line("log-level", fmt::format("\"{}\"", core::to_string(config.log_level)));
  line("log-format", config.log_format == core::LogFormat::json ? "\"json\"" : "\"text\"");
  return out;
}

std::string print(const ServeConfig& config) {
  std::string text;
  for (const auto& [option, value] : settings(config)) {
    if (!value.empty()) {
      text += fmt::format("{} = {}\n", option, value);
      continue;
    }
    // What is found anew at each start is told, but not laid down.
    const auto found = option == "models" ? find_models_directory() : core::Error();
    text += found ? fmt::format("# {} = {}\n", option, in_quotes(*found))
                  : fmt::format("# {} is not set\n", option);
  }
  return text;
}

core::Result<std::filesystem::path> find_models_directory() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  const fs::path folder = executable.parent_path();
  for (const fs::path& candidate : {folder / "models", folder / ".." / "share" / "geond" / "models",
                                    folder / ".." / ".." / "models"}) {
    if (fs::is_directory(candidate, error)) return candidate.lexically_normal();
  }
  return core::Error(core::ErrorKind::not_found, "models_not_found",
                     fmt::format("No models beside {} nor in its share folder: say where they are "
                                 "with --models DIR.",
                                 executable.string()));
}

}  // namespace geond::app
