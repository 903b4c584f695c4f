// SPDX-License-Identifier: MIT
// How a room is divided into zones.
#include <algorithm>
#include <cmath>

#include "layout_zones.hpp"

namespace geond::rendering {
namespace {

struct Rectangle {
  float x0, x1, z0, z1;
  float width() const { return x1 - x0; }
  float depth() const { return z1 - z0; }
};

Rectangle floor_of(const Scene& scene) {
  const float w = scene.room.size.x() / 2, d = scene.room.size.z() / 2;
  return {-w, w, -d, d};
}

// Seen from one of its sides, numbered as the walls are.
Zone seen_from(const Scene& scene, const Rectangle& area, int side) {
  const float yaw = static_cast<float>(side) * kPi / 2;
  const bool turned = side % 2 != 0;
  const float depth = turned ? area.width() : area.depth(),
              width = turned ? area.depth() : area.width();
  const Vector3 middle((area.x0 + area.x1) / 2, 0, (area.z0 + area.z1) / 2);
  const Vector3 back = middle - facing(yaw) * (depth / 2);
  const float to_wall = (back - wall_spot(scene, side).position).dot(facing(yaw));
  return {{back, yaw}, width, depth, std::fabs(to_wall) < 1};
}

// Most groups have a wall behind them; some stand with their backs to the next zone.
Zone zone_in(const Scene& scene, const Rectangle& area, Random& random) {
  std::vector<Zone> walled, all;
  for (int side = 0; side < 4; ++side) {
    all.push_back(seen_from(scene, area, side));
    if (all.back().walled) walled.push_back(all.back());
  }
  const bool to_wall = random.chance(0.85f) && !walled.empty();
  return random.pick(to_wall ? walled : all);
}

std::vector<Rectangle> strips(const Rectangle& whole, Random& random) {
  const bool across = whole.width() > whole.depth();
  const float length = std::max(whole.width(), whole.depth());
  const int count = std::clamp(static_cast<int>(length / random.uniform(170, 330)), 2, 4);
  std::vector<Rectangle> areas;
  float from = 0;
  for (int i = 1; i <= count; ++i) {
    const float even = static_cast<float>(i) / static_cast<float>(count);
    const float to = i == count ? 1 : even + random.uniform(-0.1f, 0.1f);
    Rectangle area = whole;
    (across ? area.x0 : area.z0) += from * length;
    (across ? area.x1 : area.z1) -= (1 - to) * length;
    areas.push_back(area);
    from = to;
  }
  random.shuffle(areas);
  return areas;
}

// A large corner, and two arms along it.
std::vector<Rectangle> ell(const Rectangle& whole, Random& random) {
  const float x = whole.x0 + whole.width() * random.uniform(0.5f, 0.68f);
  const float z = whole.z0 + whole.depth() * random.uniform(0.5f, 0.68f);
  std::vector<Rectangle> areas = {
      {whole.x0, x, whole.z0, z}, {x, whole.x1, whole.z0, whole.z1}, {whole.x0, x, z, whole.z1}};
  const bool mirrored_x = random.chance(0.5f), mirrored_z = random.chance(0.5f);
  for (Rectangle& area : areas) {
    if (mirrored_x) area = {-area.x1, -area.x0, area.z0, area.z1};
    if (mirrored_z) area = {area.x0, area.x1, -area.z1, -area.z0};
  }
  return areas;
}

std::vector<Rectangle> quarters(const Rectangle& whole, Random& random) {
  const float x = whole.x0 + whole.width() * random.uniform(0.4f, 0.6f);
  const float z = whole.z0 + whole.depth() * random.uniform(0.4f, 0.6f);
  std::vector<Rectangle> areas = {{whole.x0, x, whole.z0, z},
                                  {x, whole.x1, whole.z0, z},
                                  {whole.x0, x, z, whole.z1},
                                  {x, whole.x1, z, whole.z1}};
  random.shuffle(areas);
  return areas;
}

// Bands along the walls, and the island between them where there is one.
std::vector<Rectangle> bands(const Rectangle& whole, bool island, Random& random) {
  const float share = island ? random.uniform(0.2f, 0.28f) : random.uniform(0.3f, 0.45f);
  const float x = whole.width() * share, z = whole.depth() * share;
  std::vector<Rectangle> areas = {{whole.x0, whole.x0 + x, whole.z0, whole.z1},
                                  {whole.x1 - x, whole.x1, whole.z0, whole.z1},
                                  {whole.x0 + x, whole.x1 - x, whole.z0, whole.z0 + z},
                                  {whole.x0 + x, whole.x1 - x, whole.z1 - z, whole.z1}};
  random.shuffle(areas);
  if (island) areas.insert(areas.begin(), {whole.x0 + x, whole.x1 - x, whole.z0 + z, whole.z1 - z});
  return areas;
}

std::vector<Rectangle> areas_of(const Scene& scene, Random& random) {
  const Rectangle whole = floor_of(scene);
  const float smaller = std::min(whole.width(), whole.depth());
  const float style = random.unit();
  if (smaller < 260 || style < 0.1f) return {whole};
  if (style < 0.4f) return strips(whole, random);
  if (style < 0.6f) return ell(whole, random);
  if (style < 0.7f && smaller > 420) return quarters(whole, random);
  return bands(whole, style > 0.84f && smaller > 380, random);
}

}  // namespace

Zone whole_room(const Scene& scene, Random& random) {
  return zone_in(scene, floor_of(scene), random);
}

std::vector<Zone> divide(const Scene& scene, Random& random) {
  std::vector<Zone> zones;
  for (const Rectangle& area : areas_of(scene, random))
    zones.push_back(zone_in(scene, area, random));
  return zones;
}

}  // namespace geond::rendering
