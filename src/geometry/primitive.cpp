// SPDX-License-Identifier: MIT
#include "geond/geometry/primitive.hpp"

namespace geond::geometry {

std::array<Point, 4> normalised_corners(const RotatedBox& box, ImageSize picture) {
  std::array<Point, 4> result = corners(box);
  for (Point& corner : result) {
    corner.x /= picture.width;
    corner.y /= picture.height;
  }
  return result;
}

}  // namespace geond::geometry
