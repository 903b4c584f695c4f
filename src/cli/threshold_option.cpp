// SPDX-License-Identifier: MIT
#include "threshold_option.hpp"

#include <string>

namespace geond::cli {
namespace {

/// CLI::Range lets pass what is no number (NaN).
std::string check_threshold(const std::string& text) {
  double threshold = 0;
  const bool is_number = CLI::detail::lexical_cast(text, threshold);
  return is_number && threshold >= 0.05 && threshold <= 1 ? "" : "must be 0.05 to 1, not " + text;
}

}  // namespace

void add_threshold_option(CLI::App& command, std::optional<double>& threshold) {
  command.add_option("--threshold", threshold, "Least probability of a geon (0.05 to 1)")
      ->type_name("NUMBER")
      ->check(CLI::Validator(check_threshold, ""));
}

}  // namespace geond::cli
