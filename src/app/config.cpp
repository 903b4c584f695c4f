// SPDX-License-Identifier: MIT
#include "geond/app/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>
#include <utility>

#include "geond/app/number_options.hpp"

namespace geond::app {
namespace {

core::Error invalid(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_config", std::move(detail));
}

core::Result<void> check_numbers(const ServeConfig& config) {
  for (const NumberOption& option : number_options()) {
    const std::int64_t value = option.of(config);
    if (value >= option.least && value <= option.most) continue;
    return invalid(fmt::format("--{} must be {} to {}, but is {}.", option.name, option.least,
                               option.most, value));
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
  for (const NumberOption& option : number_options()) line(option.name, option.of(config));
  line("registration", config.registration == auth::Registration::open ? "\"open\"" : "\"closed\"");
  line("metrics", config.metrics == MetricsRoute::on);
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
    const auto found = option == "models" ? find_models_directory({}) : core::Error();
    text += found ? fmt::format("# {} = {}\n", option, in_quotes(*found))
                  : fmt::format("# {} is not set\n", option);
  }
  return text;
}

core::Result<std::filesystem::path> find_models_directory(const std::filesystem::path& given) {
  namespace fs = std::filesystem;
  if (!given.empty()) return given;
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
