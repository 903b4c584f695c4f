// SPDX-License-Identifier: MIT
#include "geond/app/reload.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace geond::app {
namespace {

constexpr std::array<std::string_view, 4> kLiveOptions{"disk-watermark", "log-level",
                                                       "registration", "shutdown-grace"};

bool has_tls(const ServeConfig& config) {
  return !config.tls_certificate.empty();
}

/// Files can be exchanged; turning TLS on or off would change what the listener speaks.
bool is_live(std::string_view option, bool keeps_tls) {
  if (option == "tls-cert" || option == "tls-key") return keeps_tls;
  return std::ranges::find(kLiveOptions, option) != kLiveOptions.end();
}

/// Option to value.
std::map<std::string, std::string> values(const ServeConfig& config) {
  std::map<std::string, std::string> found;
  for (auto& [option, value] : settings(config)) found.emplace(option, value);
  return found;
}

}  // namespace

ConfigDifference compare(const ServeConfig& running, const ServeConfig& wanted) {
  const bool keeps_tls = has_tls(running) && has_tls(wanted);
  const auto before = values(running);
  const auto after = values(wanted);
  ConfigDifference difference;
  for (const auto& [option, value] : after) {
    if (before.at(option) == value) continue;
    (is_live(option, keeps_tls) ? difference.live : difference.needs_restart).push_back(option);
  }
  return difference;
}

ServeConfig merge(const ServeConfig& running, const ServeConfig& wanted) {
  ServeConfig merged = running;
  merged.log_level = wanted.log_level;
  merged.registration = wanted.registration;
  merged.disk_watermark = wanted.disk_watermark;
  merged.shutdown_grace = wanted.shutdown_grace;
  if (has_tls(running) && has_tls(wanted)) {
    merged.tls_certificate = wanted.tls_certificate;
    merged.tls_key = wanted.tls_key;
  }
  return merged;
}

}  // namespace geond::app
