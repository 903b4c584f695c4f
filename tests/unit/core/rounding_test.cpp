// SPDX-License-Identifier: MIT
#include "geond/core/rounding.hpp"

#include <doctest/doctest.h>

using geond::core::rounded;

TEST_CASE("a number keeps as many decimals as asked for, halves away from zero") {
  CHECK(rounded(0.7540519999999999, 6) == 0.754052);
  CHECK(rounded(2.5, 0) == 3);
  CHECK(rounded(-2.5, 0) == -3);
  CHECK(rounded(1234.56789, 2) == 1234.57);
  CHECK(rounded(1e-9, 6) == 0);
}
