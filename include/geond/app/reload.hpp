// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "geond/app/config.hpp"
#include "geond/core/result.hpp"

namespace geond::app {

/// Reads the configuration again, from the same places as at the start; checked and complete.
/// Errors: invalid_argument `invalid_config`.
using ConfigSource = std::function<core::Result<ServeConfig>()>;

/// The options whose values differ between two configurations, by name, sorted.
struct ConfigDifference {
  std::vector<std::string> live;           ///< Can change while the server runs.
  std::vector<std::string> needs_restart;  ///< Cannot.

  bool operator==(const ConfigDifference&) const = default;
};

/// What a reload that goes from `running` to `wanted` has to do. Live are `log-level`, `tls-cert`
/// and `tls-key` (as long as both configurations have TLS), `registration`, `disk-watermark` and
/// `shutdown-grace`.
ConfigDifference compare(const ServeConfig& running, const ServeConfig& wanted);

/// `wanted` in its live options, `running` in all others: what is in force after the reload.
ServeConfig merge(const ServeConfig& running, const ServeConfig& wanted);

}  // namespace geond::app
