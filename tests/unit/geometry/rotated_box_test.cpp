// SPDX-License-Identifier: MIT
#include "geond/geometry/rotated_box.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geond/geometry/primitive.hpp"
#include "random_box.hpp"

using doctest::Approx;
using namespace geond::geometry;

namespace {

void check_same(const RotatedBox& actual, const RotatedBox& expected) {
  CHECK(actual.center.x == Approx(expected.center.x));
  CHECK(actual.center.y == Approx(expected.center.y));
  CHECK(actual.width == Approx(expected.width));
  CHECK(actual.height == Approx(expected.height));
  CHECK(actual.rotation == Approx(expected.rotation));
}

}  // namespace

TEST_CASE("the canonical form has the longer side as width and half a turn of rotations") {
  struct Case {
    RotatedBox box;
    RotatedBox expected;
  };
  const Case cases[] = {
      {{{1, 2}, 8, 4, 30}, {{1, 2}, 8, 4, 30}},   {{{1, 2}, 4, 8, 30}, {{1, 2}, 8, 4, -60}},
      {{{1, 2}, 8, 4, 90}, {{1, 2}, 8, 4, -90}},  {{{1, 2}, 8, 4, -90}, {{1, 2}, 8, 4, -90}},
      {{{1, 2}, 4, 8, 0}, {{1, 2}, 8, 4, -90}},   {{{1, 2}, 8, 4, 359}, {{1, 2}, 8, 4, -1}},
      {{{1, 2}, 8, 4, -721}, {{1, 2}, 8, 4, -1}}, {{{1, 2}, 5, 5, 91}, {{1, 2}, 5, 5, -89}},
      {{{1, 2}, 8, 4, 180}, {{1, 2}, 8, 4, 0}},   {{{1, 2}, 0, 0, 45}, {{1, 2}, 0, 0, 45}},
  };
  for (const Case& row : cases) {
    CAPTURE(row.box.rotation);
    check_same(canonical(row.box), row.expected);
    CHECK(is_canonical(canonical(row.box)));
  }
}

TEST_CASE("a rotation a hair under -90 degrees stays in the range") {
  const RotatedBox box = canonical({{0, 0}, 2, 1, std::nextafter(-90.0, -91.0)});
  CHECK(box.rotation >= -90);
  CHECK(box.rotation < 90);
}

TEST_CASE("a box that is not finite, negative or turned too far is not canonical") {
  const double infinite = std::numeric_limits<double>::infinity();
  const double none = std::numeric_limits<double>::quiet_NaN();
  const RotatedBox cases[] = {{{none, 0}, 2, 1, 0},     {{0, infinite}, 2, 1, 0},
                              {{0, 0}, infinite, 1, 0}, {{0, 0}, 2, none, 0},
                              {{0, 0}, 2, 1, none},     {{0, 0}, 1, 2, 0},
                              {{0, 0}, 2, -1, 0},       {{0, 0}, 2, 1, 90}};
  for (const RotatedBox& box : cases) CHECK_FALSE(is_canonical(box));
}

TEST_CASE("corners go clockwise on the screen from the box's own top left") {
  const auto upright = corners({{10, 20}, 6, 4, 0});
  CHECK(upright == std::array<Point, 4>{Point{7, 18}, {13, 18}, {13, 22}, {7, 22}});

  const auto quarter = corners({{10, 20}, 6, 4, -90});
  CHECK(quarter[0].x == Approx(8));
  CHECK(quarter[0].y == Approx(23));
  CHECK(quarter[1].x == Approx(8));
  CHECK(quarter[1].y == Approx(17));
}

TEST_CASE("normalised corners are shares of the picture") {
  const auto points = normalised_corners({{50, 50}, 100, 20, 0}, {200, 100});
  CHECK(points[0] == Point{0, 0.4});
  CHECK(points[2] == Point{0.5, 0.6});
}

TEST_CASE("the canonical form of any box is the same rectangle") {
  std::mt19937 generator(7);
  for (int round = 0; round < 2000; ++round) {
    const RotatedBox box = geond::test::random_box(generator);
    const RotatedBox tidy = canonical(box);
    CHECK(is_canonical(tidy));
    const auto before = corners(box);
    for (const Point& corner : corners(tidy)) {
      CHECK(std::any_of(before.begin(), before.end(),
                        [&](Point other) { return geond::test::near(corner, other); }));
    }
    CHECK(area(tidy) == Approx(area(box)));
  }
}
