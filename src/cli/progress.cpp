// SPDX-License-Identifier: MIT
#include "progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "geond/core/standard_streams.hpp"
#include "geond/core/utf8.hpp"
#include "terminal.hpp"

namespace geond::cli {

Progress::Progress(std::size_t total)
    : total_(total), is_shown_(total > 1 && ::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (is_shown_) core::write_if_possible(STDERR_FILENO, "\r\x1b[K");
}

void Progress::advance(std::string_view current) {
  const std::lock_guard lock(mutex_);
  ++finished_;
  if (is_shown_) draw(current);
}

void Progress::message(std::string_view line) {
  const std::lock_guard lock(mutex_);
  core::write_if_possible(
      STDERR_FILENO, fmt::format("{}{}\n", is_shown_ ? "\r\x1b[K" : "", core::printable(line)));
  if (is_shown_) draw("");
}

void Progress::draw(std::string_view current) const {
  constexpr std::size_t kShown = 48;
  const std::string counter = fmt::format("{}/{} ", finished_, total_);
  // A line that reaches the edge goes on in the next one, and only that would be cleared.
  const std::size_t columns = columns_of(STDERR_FILENO);
  const std::size_t room = columns > counter.size() ? columns - counter.size() - 1 : 0;
  const std::string name = core::printable(current);
  core::write_if_possible(STDERR_FILENO, fmt::format("\r\x1b[K{}{}", counter,
                                                     end_within(name, std::min(room, kShown))));
}

}  // namespace geond::cli
