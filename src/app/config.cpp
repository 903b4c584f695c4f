// SPDX-License-Identifier: MIT
#include "geond/app/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>

namespace geond::app {
namespace {

core::Error invalid(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_config", std::move(detail));
}

template <class Number>
core::Result<void> check_range(std::string_view option, Number value, Number least, Number most) {
  if (value >= least && value <= most) return core::ok();
  return invalid(fmt::format("--{} must be {} to {}, but is {}.", option, least, most, value));
}

core::Result<void> check_numbers(const ServeConfig& config) {
  if (auto r = check_range("workers", config.workers, 0, 256); !r) return r;
  if (auto r = check_range("queue-capacity", config.queue_capacity, 1, 65'535); !r) return r;
  if (auto r = check_range("http-threads", config.http_threads, 1, 64); !r) return r;
  if (auto r = check_range("blocking-threads", config.blocking_threads, 1, 256); !r) return r;
  if (auto r = check_range("max-connections", config.max_connections, 1, 1'000'000); !r) return r;
  if (auto r = check_range("max-connections-per-address", config.max_connections_per_address, 1,
                           1'000'000);
      !r) {
    return r;
  }
  if (auto r =
          check_range<std::int64_t>("max-upload-bytes", config.max_upload_bytes, 1024, 1LL << 30);
      !r) {
    return r;
  }
  if (auto r = check_range<std::int64_t>("max-pixels", config.max_pixels, 1, 500'000'000); !r) {
    return r;
  }
  if (auto r = check_range("max-side", config.max_side, 1, 65'500); !r) return r;
  if (auto r = check_range("event-streams-per-user", config.event_streams_per_user, 1, 10'000);
      !r) {
    return r;
  }
  if (auto r =
          check_range<std::int64_t>("upload-timeout", config.upload_timeout.count(), 10, 86'400);
      !r) {
    return r;
  }
  if (auto r = check_range<std::int64_t>("disk-watermark", config.disk_watermark, 0, 1LL << 50);
      !r) {
    return r;
  }
  return check_range<std::int64_t>("shutdown-grace", config.shutdown_grace.count(), 0, 3600);
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
  line("listen", in_quotes(config.listen.to_string()));
  line("data", in_quotes(config.data));
  if (!config.models.empty()) line("models", in_quotes(config.models));
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
  if (!config.tls_certificate.empty()) line("tls-cert", in_quotes(config.tls_certificate));
  if (!config.tls_key.empty()) line("tls-key", in_quotes(config.tls_key));
  if (!config.base_path.empty()) line("base-path", in_quotes(config.base_path));
  if (!config.trusted_proxies.empty()) {
    line("trusted-proxy", fmt::format("[\"{}\"]", fmt::join(config.trusted_proxies, "\", \"")));
  }
  line("admin-name", in_quotes(config.admin_name));
  if (!config.admin_password_file.empty()) {
    line("admin-password-file", in_quotes(config.admin_password_file));
  }
  line("log-level", fmt::format("\"{}\"", core::to_string(config.log_level)));
  line("log-format", config.log_format == core::LogFormat::json ? "\"json\"" : "\"text\"");
  return out;
}

std::string print(const ServeConfig& config) {
  std::string text;
  for (const auto& [option, value] : settings(config)) {
    text += fmt::format("{} = {}\n", option, value);
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
