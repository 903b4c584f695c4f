// SPDX-License-Identifier: MIT
#include "texture.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace geond::rendering {
namespace {

// Of a texture's pixels one in so many must be see-through for it to count as having holes.
constexpr size_t kHoleEvery = 100;

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

void Texture::find_holes() {
  size_t holes = 0;
  for (size_t i = 0; i + 3 < rgba.size(); i += 4) holes += is_see_through(&rgba[i]);
  has_holes = holes * kHoleEvery > rgba.size() / 4;
}

Vector3 linear_colour(const uint8_t* rgba) {
  return {linear(rgba[0]), linear(rgba[1]), linear(rgba[2])};
}

Vector3 smooth_colour(const Texture& texture, float u, float v) {
  const auto width = static_cast<float>(texture.width), height = static_cast<float>(texture.height);
  const float x = u * width - 0.5f, y = v * height - 0.5f;
  const float across = x - std::floor(x), up = y - std::floor(y);
  const auto at = [&](float column, float row) {
    return linear_colour(texture.texel((std::floor(x) + column + 0.5f) / width,
                                       (std::floor(y) + row + 0.5f) / height));
  };
  return (at(0, 0) * (1 - across) + at(1, 0) * across) * (1 - up) +
         (at(0, 1) * (1 - across) + at(1, 1) * across) * up;
}

}  // namespace geond::rendering
