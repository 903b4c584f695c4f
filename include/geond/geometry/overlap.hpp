// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "geond/geometry/rotated_box.hpp"

namespace geond::geometry {

/// Area of a simple polygon in square pixels, whichever way round it goes (shoelace formula).
double polygon_area(std::span<const Point> polygon);

/// The part of a convex polygon inside [0, width] x [0, height], clipped side by side (Sutherland
/// and Hodgman 1974); empty when nothing of it is.
std::vector<Point> clip_to_frame(std::span<const Point> polygon, double width, double height);

/// Overlap of two boxes as intersection over union, in [0, 1]; 0 when both are without area.
double intersection_over_union(const RotatedBox& first, const RotatedBox& second);

}  // namespace geond::geometry
