// SPDX-License-Identifier: MIT
#include "outline.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace geond::rendering {
namespace {

// Of 255: the least difference of the mean colours on both sides that counts as an edge. Noise
// stays below it.
constexpr float kLeastContrast = 10;

struct Side {
  std::array<float, 3> sum{};
  int pixels = 0;

  void add(const uint8_t* colour) {
    for (size_t k = 0; k < 3; ++k) sum[k] += colour[k];
    ++pixels;
  }
};

float contrast(const Side& one, const Side& other) {
  float greatest = 0;
  for (size_t k = 0; k < 3; ++k)
    greatest = std::max(greatest, std::fabs(one.sum[k] / static_cast<float>(one.pixels) -
                                            other.sum[k] / static_cast<float>(other.pixels)));
  return greatest;
}

bool is_on_outline(const IdentityMap& map, int x, int y) {
  const auto part_at = [&](int column, int row) {
    return map.part[static_cast<size_t>(row) * map.width + column];
  };
  const int own = part_at(x, y);
  return part_at(x - 1, y) != own || part_at(x + 1, y) != own || part_at(x, y - 1) != own ||
         part_at(x, y + 1) != own;
}

// Whether the 3x3 pixels around one on the outline differ on both sides of it.
bool shows_edge(const IdentityMap& map, const std::vector<uint8_t>& rgb, int x, int y) {
  const int own = map.part[static_cast<size_t>(y) * map.width + x];
  Side inside, outside;
  for (int row = y - 1; row <= y + 1; ++row)
    for (int column = x - 1; column <= x + 1; ++column) {
      const size_t index = static_cast<size_t>(row) * map.width + column;
      (map.part[index] == own ? inside : outside).add(&rgb[3 * index]);
    }
  return contrast(inside, outside) >= kLeastContrast;
}

}  // namespace

std::map<int, float> outlined_shares(const IdentityMap& map, const std::vector<uint8_t>& rgb) {
  struct Count {
    int all = 0, shown = 0;
  };
  std::map<int, Count> counts;
  for (int y = 1; y + 1 < map.height; ++y)
    for (int x = 1; x + 1 < map.width; ++x) {
      const int part = map.part[static_cast<size_t>(y) * map.width + x];
      if (part == 0 || !is_on_outline(map, x, y)) continue;
      Count& count = counts[part];
      ++count.all;
      count.shown += shows_edge(map, rgb, x, y);
    }
  std::map<int, float> shares;
  for (const auto& [part, count] : counts)
    shares[part] = static_cast<float>(count.shown) / static_cast<float>(count.all);
  return shares;
}

}  // namespace geond::rendering
