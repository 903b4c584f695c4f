// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

namespace geond::cli {

/// Adds `--threshold`, the least probability of a geon: api::kLowestThreshold to 1.
void add_threshold_option(CLI::App& command, std::optional<double>& threshold);

}  // namespace geond::cli
