// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace geond::geometry {

/// A place in a picture, in pixels: x to the right, y down, (0, 0) the top left corner of the
/// top left pixel.
struct Point {
  double x = 0;
  double y = 0;

  bool operator==(const Point&) const = default;
};

/// A rectangle turned about its centre.
struct RotatedBox {
  Point center;         ///< Pixels.
  double width = 0;     ///< Pixels, not negative.
  double height = 0;    ///< Pixels, not negative.
  double rotation = 0;  ///< Degrees, clockwise on the screen from the x axis to the width side.

  bool operator==(const RotatedBox&) const = default;
};

/// The one form in which boxes leave geond: width >= height, rotation in [-90, 90).
RotatedBox canonical(const RotatedBox& box);

/// Whether the box is canonical and all of its numbers are finite.
bool is_canonical(const RotatedBox& box);

/// The corners, clockwise on the screen from the box's own top left.
std::array<Point, 4> corners(const RotatedBox& box);

/// Square pixels.
double area(const RotatedBox& box);

}  // namespace geond::geometry
