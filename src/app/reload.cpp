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

/// The lines of print(): option to value.
std::map<std::string, std::string> settings(const ServeConfig& config) {
  std::map<std::string, std::string> found;
  const std::string text = print(config);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    const std::size_t middle = line.find(" = ");
    found[line.substr(0, middle)] = line.substr(middle + 3);
    begin = end + 1;
  }
  return found;
}

}  // namespace

ConfigDifference compare(const ServeConfig& running, const ServeConfig& wanted) {
  const bool keeps_tls = has_tls(running) && has_tls(wanted);
  auto before = settings(running);
  auto after = settings(wanted);
  // An option that only one of them prints is empty in the other.
  for (const auto& [option, value] : before) after.try_emplace(option);
  for (const auto& [option, value] : after) before.try_emplace(option);
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
