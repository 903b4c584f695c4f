// SPDX-License-Identifier: MIT
#include "threshold_option.hpp"

#include <fmt/format.h>

#include <string>

#include "geond/api/lowest_threshold.hpp"

namespace geond::cli {
namespace {

/// CLI::Range lets pass what is no number (NaN).
std::string check_threshold(const std::string& text) {
  double threshold = 0;
  const bool is_number = CLI::detail::lexical_cast(text, threshold);
  if (is_number && threshold >= api::kLowestThreshold && threshold <= 1) return {};
  return fmt::format("must be {} to 1, not {}", api::kLowestThreshold, text);
}

}  // namespace

void add_threshold_option(CLI::App& command, std::optional<double>& threshold) {
  command
      .add_option("--threshold", threshold,
                  fmt::format("Least probability of a geon ({} to 1)", api::kLowestThreshold))
      ->type_name("NUMBER")
      ->check(CLI::Validator(check_threshold, ""));
}

}  // namespace geond::cli
