// SPDX-License-Identifier: MIT
#include "geond/geometry/rotated_box.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace geond::geometry {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

/// Degrees to [-90, 90), where a rectangle's directions live.
double wrap_half_turn(double degrees) {
  double wrapped = std::fmod(degrees + 90, 180);
  if (wrapped < 0) wrapped += 180;
  // Adding 180 to a tiny negative number rounds to 180 itself, which is the same direction as 0.
  return wrapped >= 180 ? -90 : wrapped - 90;
}

}  // namespace

RotatedBox canonical(const RotatedBox& box) {
  RotatedBox result = box;
  if (result.width < result.height) {
    std::swap(result.width, result.height);
    result.rotation += 90;
  }
  result.rotation = wrap_half_turn(result.rotation);
  return result;
}

bool is_canonical(const RotatedBox& box) {
  return std::isfinite(box.center.x) && std::isfinite(box.center.y) && std::isfinite(box.width) &&
         box.height >= 0 && box.width >= box.height && box.rotation >= -90 && box.rotation < 90;
}

std::array<Point, 4> corners(const RotatedBox& box) {
  const double cosine = std::cos(box.rotation * kDegree);
  const double sine = std::sin(box.rotation * kDegree);
  const auto at = [&](double along, double across) {
    const double u = along * box.width / 2;
    const double v = across * box.height / 2;
    return Point{box.center.x + u * cosine - v * sine, box.center.y + u * sine + v * cosine};
  };
  return {at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)};
}

double area(const RotatedBox& box) {
  return box.width * box.height;
}

}  // namespace geond::geometry
