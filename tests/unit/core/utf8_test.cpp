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

TEST_CASE("control characters of all kinds are made visible, everything else is kept") {
  using namespace std::string_view_literals;
  CHECK(core::printable("") == "");
  CHECK(core::printable("a\nb\r\t\x1b[31m\x7f") == R"(a\u000ab\u000d\u0009\u001b[31m\u007f)");
  CHECK(core::printable("a\0b"sv) == R"(a\u0000b)");
  CHECK(core::printable("\xc2\x80\xc2\x9b"
                        "31m\xc2\x9f") == R"(\u0080\u009b31m\u009f)");
  CHECK(core::printable("\xc2\xa0 é ф 😀 \\ \"") == "\xc2\xa0 é ф 😀 \\ \"");
  CHECK(core::printable("caf\xe9 \x9b\xc2") == "caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
}
