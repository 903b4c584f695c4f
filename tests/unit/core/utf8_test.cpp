// SPDX-License-Identifier: MIT
#include "geond/core/utf8.hpp"

#include <doctest/doctest.h>

using namespace geond;

TEST_CASE("a text is cut between its characters, never inside one") {
  CHECK(core::utf8_prefix("", 3).empty());
  CHECK(core::utf8_prefix("abc", 3) == "abc");
  CHECK(core::utf8_prefix("abcd", 3) == "abc");
  CHECK(core::utf8_prefix("aф", 2) == "a");
  CHECK(core::utf8_prefix("aф", 3) == "aф");
  CHECK(core::utf8_prefix("😀", 3).empty());
  CHECK(core::utf8_prefix("abc", 0).empty());
}
