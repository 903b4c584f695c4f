// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "geond/app/config.hpp"

namespace geond::app {

/// An option of `geond serve` that is a whole number. Its row is the only place that knows its
/// name, its values and whether a running server can take another: checks, help, --print-config and
/// what tells of a reload walk the rows. To whom a live one's new value goes is known where the
/// server runs.
struct NumberOption {
  using Member = std::variant<int ServeConfig::*, std::int64_t ServeConfig::*,
                              std::chrono::seconds ServeConfig::*>;

  std::string_view name;  ///< Without the dashes.
  Member member;
  std::int64_t least;
  std::int64_t most;
  std::string_view help;  ///< Without the default and the range.
  bool is_live = false;   ///< Whether serve() takes another value while it runs.

  /// Whether the number counts seconds.
  bool is_time() const {
    return std::holds_alternative<std::chrono::seconds ServeConfig::*>(member);
  }
  std::int64_t of(const ServeConfig& config) const;
  /// Sets it, in range or not (see check()); false if the member cannot hold it, which then stays.
  [[nodiscard]] bool set(ServeConfig& config, std::int64_t value) const;
};

/// All of them, in the order of the help.
std::span<const NumberOption> number_options();

}  // namespace geond::app
