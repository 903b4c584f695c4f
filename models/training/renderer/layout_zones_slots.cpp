// SPDX-License-Identifier: MIT
// Where in its zone a group's anchor stands, and how it is repeated.
#include <algorithm>
#include <cmath>

#include "layout_zones.hpp"

namespace geond::rendering {
namespace {

// Places side by side, as many as the zone is wide.
std::vector<Slot> row(Random& random, const Zone& zone, const Vector3& size, float forward,
                      float turn) {
  const float pitch = size.x() + random.uniform(5, 60);
  const int room_for = std::max(1, static_cast<int>(zone.width / pitch));
  const int count = std::min(room_for, random.between(2, 5));
  const float left = random.uniform(-0.5f, 0.5f) * (zone.width - pitch * static_cast<float>(count));
  std::vector<Slot> slots;
  for (int i = 0; i < count; ++i)
    slots.push_back({left + place_of(i, count, pitch), forward, turn});
  return slots;
}

std::vector<Slot> rows(Random& random, const Zone& zone, const Vector3& size) {
  const float pitch = size.z() + random.uniform(80, 130);
  const int count = std::clamp(static_cast<int>(zone.depth / pitch), 1, 3);
  const float turn = random.chance(0.5f) ? kPi : 0;
  const std::vector<Slot> first = row(random, zone, size, 0, turn);
  std::vector<Slot> slots;
  for (int i = 0; i < count; ++i)
    for (Slot slot : first) {
      slot.forward = (static_cast<float>(i) + 0.5f) * zone.depth / static_cast<float>(count);
      slots.push_back(slot);
    }
  return slots;
}

// Two rows with their backs together, or looking at each other across `gap`.
std::vector<Slot> mirrored(Random& random, const Zone& zone, const Vector3& size,
                           bool face_to_face) {
  const float gap = face_to_face ? random.uniform(70, 170) : random.uniform(5, 12);
  const float off = (size.z() + gap) / 2, middle = zone.depth / 2;
  std::vector<Slot> slots;
  for (Slot slot : row(random, zone, size, 0, 0)) {
    slots.push_back({slot.right, middle - off, face_to_face ? 0 : kPi});
    slots.push_back({slot.right, middle + off, face_to_face ? kPi : 0});
    if (face_to_face) break;
  }
  return slots;
}

std::vector<Slot> ring(Random& random, const Zone& zone, const Vector3& size) {
  const int count = random.between(3, 5);
  const float radius = size.x() * static_cast<float>(count) / 5 + size.z() / 2 + 15;
  const float start = random.uniform(0, 2 * kPi);
  std::vector<Slot> slots;
  for (int i = 0; i < count; ++i) {
    const float turn = start + 2 * kPi * static_cast<float>(i) / static_cast<float>(count);
    slots.push_back(
        {std::sin(turn) * radius, zone.depth / 2 + std::cos(turn) * radius, turn + kPi});
  }
  return slots;
}

// One at the back, one at a side of the zone.
std::vector<Slot> corner(Random& random, const Zone& zone, const Vector3& size) {
  const float hand = random.chance(0.5f) ? 1.0f : -1.0f;
  const float edge = hand * (zone.width / 2 - 3), gap = random.uniform(5, 50);
  return {{edge - hand * (size.x() / 2 + size.z() * (gap > 20 ? 1.2f : 0.0f)), size.z() / 2 + 3, 0},
          {edge - hand * size.z() / 2, size.z() + gap + size.x() / 2 + 3, -hand * kPi / 2}};
}

std::vector<Slot> once(Random& random, const Zone& zone, const Vector3& size, bool at_back) {
  const float reach = std::max(0.0f, zone.width - size.x()) * 0.45f;
  const float right = random.uniform(-reach, reach);
  const float off = random.uniform(2, 12);
  if (at_back) return {{right, size.z() / 2 + off, 0}};
  const float turn = random.chance(0.6f) ? 0 : quarter_turn(random);
  return {{right * 0.5f, zone.depth * random.uniform(0.4f, 0.6f), turn}};
}

}  // namespace

std::vector<Slot> slots_for(const Cluster& cluster, const Zone& zone, const Vector3& size,
                            Random& random) {
  switch (random.pick(cluster.repeats)) {
    case Repeat::kRow:
      return row(random, zone, size, cluster.at_back ? size.z() / 2 + 3 : zone.depth / 2, 0);
    case Repeat::kRows:
      return rows(random, zone, size);
    case Repeat::kBackToBack:
      return mirrored(random, zone, size, false);
    case Repeat::kFaceToFace:
      return mirrored(random, zone, size, true);
    case Repeat::kRing:
      return ring(random, zone, size);
    case Repeat::kEll:
      return corner(random, zone, size);
    case Repeat::kOnce:
      break;
  }
  return once(random, zone, size, cluster.at_back);
}

}  // namespace geond::rendering
