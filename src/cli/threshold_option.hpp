// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <optional>

namespace geond::cli {

/// Adds `--threshold`, the least probability of a geon: 0.05, below which detectors keep nothing,
/// to 1, as in the API.
void add_threshold_option(CLI::App& command, std::optional<double>& threshold);

}  // namespace geond::cli
