// SPDX-License-Identifier: MIT
#include "geond/core/clock.hpp"

#include <doctest/doctest.h>

using geond::core::format_rfc3339;
using geond::core::parse_rfc3339;
using geond::core::Timestamp;

TEST_CASE("a time is written in UTC with six digits of fraction") {
  CHECK(format_rfc3339(Timestamp{std::chrono::microseconds(0)}) == "1970-01-01T00:00:00.000000Z");
  CHECK(format_rfc3339(Timestamp{std::chrono::microseconds(1'737'397'543'511'000)}) ==
        "2025-01-20T18:25:43.511000Z");
}

TEST_CASE("an RFC 3339 time is read whatever its offset and fraction") {
  struct Row {
    const char* text;
    const char* utc;
  };
  for (const Row& row : {
           Row{"2025-01-20T18:25:43Z", "2025-01-20T18:25:43.000000Z"},
           Row{"2025-01-20T18:25:43.5+02:30", "2025-01-20T15:55:43.500000Z"},
           Row{"2025-01-20t18:25:43.123456789z", "2025-01-20T18:25:43.123456Z"},
           Row{"2024-12-31T23:59:60Z", "2025-01-01T00:00:00.000000Z"},
       }) {
    CAPTURE(row.text);
    const auto time = parse_rfc3339(row.text);
    REQUIRE(time.has_value());
    CHECK(format_rfc3339(*time) == row.utc);
  }
}

TEST_CASE("what is not an RFC 3339 time is refused by name") {
  for (const char* text :
       {"", "yesterday", "2025-01-20", "2025-02-30T00:00:00Z", "2025-01-20T24:00:00Z",
        "2025-01-20T18:25:43", "2025-01-20T18:25:43.Z", "2025-01-20T18:25:43Zx",
        "-025-01-20T18:25:43Z", "2025-01-20T18:25:43+2:30"}) {
    CAPTURE(text);
    const auto time = parse_rfc3339(text);
    REQUIRE(time.has_error());
    CHECK(time.error().code() == "invalid_time");
  }
}
