// SPDX-License-Identifier: MIT
#include "choices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "geond/core/log.hpp"

namespace geond::cli {

std::string choice_placeholder(const std::vector<std::string>& choices) {
  return fmt::format("{}", fmt::join(choices, "|"));
}

void offer_choices(CLI::Option& option, const std::vector<std::string>& choices) {
  // Without a description of its own: the placeholder has the words already.
  option.type_name(choice_placeholder(choices))->check(CLI::IsMember(choices).description(""));
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  const std::string placeholder = option.get_type_name();
  const bool is_choice = placeholder.find('|') != std::string::npos && placeholder.front() >= 'a' &&
                         placeholder.front() <= 'z';
  return is_choice ? CLI::detail::split(placeholder, '|') : std::vector<std::string>();
}

std::vector<std::string> log_level_names() {
  using enum core::LogLevel;
  std::vector<std::string> names;
  for (const core::LogLevel level : {debug, info, warning, error, off}) {
    names.emplace_back(core::to_string(level));
  }
  return names;
}

}  // namespace geond::cli
