// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace geond::cli {

/// `open|closed`: the placeholder of an option whose value is one of these words. Words in small
/// letters are meant as they stand, unlike `FILE|DIR`: that is how choices_of() knows them.
std::string choice_placeholder(const std::vector<std::string>& choices);

/// Lets an option or a positional take one of these words only, and shows them in the help.
void offer_choices(CLI::Option& option, const std::vector<std::string>& choices);

/// The words that the option takes; none if it takes others than a fixed set.
std::vector<std::string> choices_of(const CLI::Option& option);

/// What core::parse_log_level() reads.
std::vector<std::string> log_level_names();

}  // namespace geond::cli
