// SPDX-License-Identifier: MIT
#include "geond/geometry/overlap.hpp"

#include <doctest/doctest.h>

#include <numbers>

#include "random_box.hpp"

using doctest::Approx;
using namespace geond::geometry;

TEST_CASE("a polygon's area does not depend on the way round") {
  const std::vector<Point> clockwise = {{0, 0}, {4, 0}, {4, 3}};
  const std::vector<Point> counter = {{4, 3}, {4, 0}, {0, 0}};
  CHECK(polygon_area(clockwise) == 6);
  CHECK(polygon_area(counter) == 6);
  CHECK(polygon_area({}) == 0);
}

TEST_CASE("a polygon is clipped to the frame") {
  const std::vector<Point> diamond = {{5, -5}, {15, 5}, {5, 15}, {-5, 5}};
  CHECK(polygon_area(clip_to_frame(diamond, 10, 10)) == Approx(100));
  CHECK(polygon_area(clip_to_frame(diamond, 5, 10)) == Approx(50));
  const std::vector<Point> outside = {{20, 20}, {30, 20}, {30, 30}};
  CHECK(clip_to_frame(outside, 10, 10).empty());
}

TEST_CASE("overlap of rotated boxes is intersection over union") {
  struct Case {
    const char* name;
    RotatedBox first;
    RotatedBox second;
    double expected;
  };
  const double octagon = 2 * (std::numbers::sqrt2 - 1);  // of two unit squares, one turned by 45°
  const Case cases[] = {
      {"the same", {{5, 5}, 4, 2, 30}, {{5, 5}, 4, 2, 30}, 1},
      {"apart", {{0, 0}, 2, 2, 0}, {{10, 0}, 2, 2, 0}, 0},
      {"touching", {{0, 0}, 2, 2, 0}, {{2, 0}, 2, 2, 0}, 0},
      {"half beside", {{0, 0}, 2, 2, 0}, {{1, 0}, 2, 2, 0}, 1.0 / 3},
      {"inside", {{0, 0}, 4, 4, 0}, {{0, 0}, 2, 2, 0}, 0.25},
      {"turned square", {{0, 0}, 1, 1, 0}, {{0, 0}, 1, 1, 45}, octagon / (2 - octagon)},
      {"cross", {{0, 0}, 9, 1, 0}, {{0, 0}, 9, 1, -90}, 1.0 / 17},
      {"the same, described otherwise", {{5, 5}, 4, 2, 30}, {{5, 5}, 2, 4, -60}, 1},
      {"no area", {{0, 0}, 0, 0, 0}, {{0, 0}, 0, 0, 0}, 0},
  };
  for (const Case& row : cases) {
    CAPTURE(row.name);
    CHECK(intersection_over_union(row.first, row.second) == Approx(row.expected));
    CHECK(intersection_over_union(row.second, row.first) == Approx(row.expected));
  }
}

TEST_CASE("overlap of any boxes is symmetric and a share, and all of a box with itself") {
  std::mt19937 generator(11);
  for (int round = 0; round < 2000; ++round) {
    const RotatedBox first = geond::test::random_box(generator);
    const RotatedBox second = geond::test::random_box(generator);
    const double overlap = intersection_over_union(first, second);
    CHECK(overlap >= 0);
    CHECK(overlap <= 1);
    CHECK(overlap == Approx(intersection_over_union(second, first)));
    CHECK(intersection_over_union(first, canonical(first)) == Approx(1));
  }
}
