// SPDX-License-Identifier: MIT
#include "geond/core/clock.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace geond::core {
namespace {

Error invalid_time(std::string_view text) {
  return Error(ErrorKind::invalid_argument, "invalid_time",
               fmt::format("'{}' is not an RFC 3339 time such as 2025-01-20T18:25:43Z.",
                           text.substr(0, 64)));
}

/// Takes exactly `digits` decimal digits off the front of `text`.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  const char* end = text.data() + digits;
  const auto [parsed, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || parsed != end || value < 0 || text.front() == '-') {
    return std::nullopt;
  }
  text.remove_prefix(digits);
  return value;
}

bool take_character(std::string_view& text, std::string_view allowed) {
  if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take_character(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_character(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

std::optional<std::chrono::microseconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_character(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59 || !take_character(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 60) return std::nullopt;
  std::int64_t fraction = 0;
  if (take_character(text, ".")) {
    std::int64_t unit = 100'000;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
      fraction += unit * (text.front() - '0');
      unit /= 10;
      text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) +
         std::chrono::microseconds(fraction);
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (take_character(text, "Zz")) return std::chrono::minutes(0);
  const bool negative = !text.empty() && text.front() == '-';
  if (!take_character(text, "+-")) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take_character(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return negative ? -offset : offset;
}

}  // namespace

Timestamp SystemClock::now() const {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::steady_now() const {
  return std::chrono::steady_clock::now();
}

std::string format_rfc3339(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<Timestamp> parse_rfc3339(std::string_view text) {
  std::string_view rest = text;
  const auto date = take_date(rest);
  if (!date || !take_character(rest, "Tt ")) return invalid_time(text);
  const auto time_of_day = take_time_of_day(rest);
  if (!time_of_day) return invalid_time(text);
  const auto offset = take_offset(rest);
  if (!offset || !rest.empty()) return invalid_time(text);
  return Timestamp{*date + *time_of_day - *offset};
}

}  // namespace geond::core
