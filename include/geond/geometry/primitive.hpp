// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>

#include "geond/geometry/rotated_box.hpp"

namespace geond::geometry {

/// Size of a picture in pixels.
struct ImageSize {
  int width = 0;
  int height = 0;

  bool operator==(const ImageSize&) const = default;
};

/// A geon found in a picture.
struct Primitive {
  std::string class_name;  ///< A name of the detector's vocabulary, e.g. `cube`.
  double probability = 0;  ///< In [0, 1].
  RotatedBox box;          ///< Canonical; pixels of the upright picture at full size.

  bool operator==(const Primitive&) const = default;
};

/// Corners divided by the picture's size, clockwise from the box's own top left. They may lie a
/// little outside [0, 1].
std::array<Point, 4> normalised_corners(const RotatedBox& box, ImageSize picture);

}  // namespace geond::geometry
