// SPDX-License-Identifier: MIT
#include "props.hpp"

#include <doctest/doctest.h>

using namespace geond::rendering;

TEST_CASE("a speaker has some rings, however slim and tall it is") {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const size_t rings = props::speaker(random)->mesh.parts.size() - 1;
    REQUIRE(rings >= 1);
    REQUIRE(rings <= 12);
  }
}
