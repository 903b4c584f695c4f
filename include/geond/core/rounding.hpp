// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace geond::core {

/// `value` with `digits` (0 to 15) decimals, halves away from zero; for documents, where more
/// digits would be noise.
inline double rounded(double value, int digits) {
  const double scale = std::pow(10.0, digits);
  return std::round(value * scale) / scale;
}

}  // namespace geond::core
