// SPDX-License-Identifier: MIT
#include "cursor.hpp"

#include <doctest/doctest.h>

namespace geond::tasks {

TEST_CASE("a cursor comes back as it was, and needs no escaping in a URL") {
  const Cursor cursor{core::Timestamp(std::chrono::microseconds(1'700'000'000'123'456)),
                      core::TaskId{987}};
  const std::string text = encode(cursor);
  CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos);
  const Cursor back = decode_cursor(text).value();
  CHECK(back.created_at == cursor.created_at);
  CHECK(back.id == cursor.id);
}

TEST_CASE("a cursor that was not given by geond is refused") {
  for (const char* bad : {"", "c1-", "c1--", "c1-1-", "c1--1", "c1-1--1", "c1-1-2-3", "c1-1-2 ",
                          "c2-1-2", "1-2", "c1-x-1", "c1-ffffffffffffffffff-1", "c1-+1-1"}) {
    CAPTURE(bad);
    const auto decoded = decode_cursor(bad);
    REQUIRE(decoded.has_error());
    CHECK(decoded.error().code() == "invalid_cursor");
    CHECK(decoded.error().fields().front().field == "cursor");
  }
}

}  // namespace geond::tasks
