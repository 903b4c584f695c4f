// SPDX-License-Identifier: MIT
#include "texture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace geond::rendering {
namespace {

float linear(uint8_t value) {
  static const std::array<float, 256> table = [] {
    std::array<float, 256> values{};
    for (int i = 0; i < 256; ++i) values[i] = std::pow(static_cast<float>(i) / 255, 2.2f);
    return values;
  }();
  return table[value];
}

}  // namespace

const uint8_t* Texture::texel(float u, float v) const {
  const float x = u - std::floor(u), y = v - std::floor(v);
  const int column = std::min(width - 1, static_cast<int>(x * static_cast<float>(width)));
  const int row = std::min(height - 1, static_cast<int>((1 - y) * static_cast<float>(height)));
  return &rgba[4 * (static_cast<size_t>(row) * width + column)];
}

Vector3 linear_colour(const uint8_t* rgba) {
  return {linear(rgba[0]), linear(rgba[1]), linear(rgba[2])};
}

}  // namespace geond::rendering
