// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"

namespace geond::core {

/// Wall-clock time with microseconds, UTC; what the database and the API carry.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// When the first geond was made. What is earlier is a clock that nobody has set yet, as after the
/// start of a machine whose clock does not go on while it is off.
constexpr Timestamp kFirstPlausible = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);

/// Where time comes from. Passed in, so that tests decide what time it is. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  /// Wall-clock time; may jump when the machine's clock is set.
  virtual Timestamp now() const = 0;

  /// Time that never goes back; for durations and deadlines.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

/// RFC 3339, UTC, always with six digits of fraction: `2025-01-20T18:25:43.511000Z`.
std::string format_rfc3339(Timestamp time);

/// Reads an RFC 3339 date-time (any offset, any number of fraction digits; what is finer than a
/// microsecond is cut off). Errors: invalid_argument `invalid_time`.
Result<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace geond::core
