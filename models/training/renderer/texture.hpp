// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "vectors.hpp"

namespace geond::rendering {

// A picture on a surface: rows from the top, four bytes a pixel as a display takes them.
struct Texture {
  int width = 0;
  int height = 0;
  // Set by find_holes(): a ray must look at the pixel it meets, and may pass.
  bool has_holes = false;
  std::vector<uint8_t> rgba;

  // The pixel at (u, v), v upwards, the picture repeated without end; both must be finite.
  const uint8_t* texel(float u, float v) const;
  void find_holes();
};

inline bool is_see_through(const uint8_t* rgba) {
  return rgba[3] < 128;
}

// Reflectance of a pixel.
Vector3 linear_colour(const uint8_t* rgba);
// Reflectance at (u, v), between the pixels around it.
Vector3 smooth_colour(const Texture& texture, float u, float v);

}  // namespace geond::rendering
