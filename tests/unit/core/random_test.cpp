// SPDX-License-Identifier: MIT
#include "geond/core/random.hpp"

#include <doctest/doctest.h>

TEST_CASE("random text has two digits a byte and does not repeat") {
  geond::core::SystemRandom source;
  const std::string first = geond::core::random_hex(source, 16);
  CHECK(first.size() == 32);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(first != geond::core::random_hex(source, 16));
}
