// SPDX-License-Identifier: MIT
#include "geond/core/log.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

#include "support/scarce_memory.hpp"

using geond::core::LogField;
using geond::core::LogFormat;
using geond::core::Logger;
using geond::core::LogLevel;
using geond::core::LogSystem;
using geond::core::parse_log_level;

TEST_CASE("a field's text cannot break out of its line") {
  CHECK(LogField("note", "a\"b\\c\nd\x1b").json() == R"("a\"b\\c\u000ad\u001b")");
  CHECK(LogField("note", "\xc2\x9b[2J\xc2\x85").json() == R"("\u009b[2J\u0085")");
}

// A line with the byte of a Latin-1 path was no JSON.
TEST_CASE("bytes that are no UTF-8 are replaced, and characters kept") {
  CHECK(LogField("file", "caf\xe9/\xc3\xa9\xf0\x9f\x98").json() ==
        "\"caf\xef\xbf\xbd/\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST_CASE("numbers and truth values are written as JSON") {
  CHECK(LogField("task", std::int64_t{-3}).json() == "-3");
  CHECK(LogField("seconds", 0.25).json() == "0.25");
  CHECK(LogField("seconds", std::numeric_limits<double>::quiet_NaN()).json() == "null");
  CHECK(LogField("done", true).json() == "true");
}

TEST_CASE("log levels go by name only") {
  CHECK(parse_log_level("warning").has_value());
  CHECK(parse_log_level("warn").error().code() == "invalid_log_level");
}

TEST_CASE("whether a line is written follows the level of the log") {
  CHECK_FALSE(Logger().is_enabled(LogLevel::error));
  LogSystem log(LogLevel::warning, LogFormat::text);
  const Logger logger = log.logger("test");
  CHECK_FALSE(logger.is_enabled(LogLevel::info));
  CHECK(logger.is_enabled(LogLevel::warning));
  log.set_level(LogLevel::info);
  CHECK(logger.is_enabled(LogLevel::info));
  log.set_level(LogLevel::off);
  CHECK_FALSE(logger.is_enabled(LogLevel::error));
}

TEST_CASE("a line about a fault is dropped where memory lacks for it" *
          doctest::skip(!geond::support::kMemoryCanBeScarce)) {
  LogSystem log(LogLevel::off, LogFormat::text);
  const Logger logger = log.logger("test");
  const std::runtime_error fault("a fault whose text is longer than a string holds in place");
  const geond::support::ScarceMemory scarce;
  logger.fault("the thread goes on", fault);
  logger.fault("the thread goes on", fault, geond::core::TaskId{1});
}
