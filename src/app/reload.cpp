// SPDX-License-Identifier: MIT
#include "geond/app/reload.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "geond/app/number_options.hpp"

namespace geond::app {
namespace {

/// Besides the numbers that are live.
constexpr std::array<std::string_view, 2> kLiveOptions{"log-level", "registration"};

bool has_tls(const ServeConfig& config) {
  return !config.tls_certificate.empty();
}

/// Files can be exchanged; turning TLS on or off would change what the listener speaks.
bool is_live(std::string_view option, bool keeps_tls) {
  if (option == "tls-cert" || option == "tls-key") return keeps_tls;
  const auto numbers = number_options();
  const auto number = std::ranges::find(numbers, option, &NumberOption::name);
  if (number != numbers.end()) return number->is_live;
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
  for (const NumberOption& option : number_options()) {
    if (option.is_live) static_cast<void>(option.set(merged, option.of(wanted)));
  }
  if (has_tls(running) && has_tls(wanted)) {
    merged.tls_certificate = wanted.tls_certificate;
    merged.tls_key = wanted.tls_key;
  }
  return merged;
}

}  // namespace geond::app
