// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <random>

#include "geond/geometry/rotated_box.hpp"

namespace geond::test {

/// Any box near the origin, canonical or not.
inline geometry::RotatedBox random_box(std::mt19937& generator) {
  std::uniform_real_distribution<double> place(-100, 100), side(0.5, 120), turn(-720, 720);
  return {{place(generator), place(generator)}, side(generator), side(generator), turn(generator)};
}

inline bool near(geometry::Point a, geometry::Point b, double tolerance = 1e-9) {
  return std::abs(a.x - b.x) < tolerance && std::abs(a.y - b.y) < tolerance;
}

}  // namespace geond::test
