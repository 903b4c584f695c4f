// SPDX-License-Identifier: MIT
#include "roles.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "naming.hpp"

namespace geond::rendering {
namespace {

constexpr size_t kMostLabelsOfAClass = 12;
// Stems, rungs, slats: long and thinner than this (half, cm).
constexpr float kThin = 2.5f, kLong = 5;
// Of a plant's height: what of it is low, up to where a pot reaches, how far one may hang over the
// floor, and how large a fruit or a bauble is at most (its radius).
constexpr float kLow = 0.4f, kHighestPot = 0.6f, kFoot = 0.05f, kLargestFruit = 0.1f;
// A pot is at least so high (cm) and so wide (of the plant's width); a stem is narrower.
constexpr float kLeastPotHeight = 3, kLeastPotWidth = 0.15f;

struct Extent {
  Vector3 low = Vector3::Constant(std::numeric_limits<float>::max());
  Vector3 high = Vector3::Constant(std::numeric_limits<float>::lowest());
};

std::vector<Extent> extents_of_parts(const Mesh& mesh) {
  std::vector<Extent> extents(mesh.parts.size());
  for (const Triangle& triangle : mesh.triangles)
    for (const int vertex : triangle.vertex) {
      Extent& extent = extents[triangle.part];
      extent.low = extent.low.cwiseMin(mesh.vertices[vertex]);
      extent.high = extent.high.cwiseMax(mesh.vertices[vertex]);
    }
  return extents;
}

bool is_thin(const Geon& geon) {
  Vector3 half = geon.half;
  std::sort(half.data(), half.data() + 3);
  return half[1] < kThin && half[2] > kLong * half[1];
}

// Whether a part that no geon fits stands where a plant's pot does. A pot with a rim, a saucer or a
// square foot is no geon, yet so nearly one that it must not teach that pots are none.
bool may_be_pot(const Extent& part, const Vector3& plant) {
  const Vector3 size = part.high - part.low;
  return part.low.y() < kFoot * plant.y() && part.high.y() < kHighestPot * plant.y() &&
         size.y() >= kLeastPotHeight &&
         std::min(size.x(), size.z()) >= kLeastPotWidth * std::max(plant.x(), plant.z());
}

// Foliage is no geon, however its clumps are fitted; a plant's pot and the small balls in it are no
// foliage.
PartRole role_in_plant(const Part& part, const Extent& extent, const Vector3& plant) {
  if (part.role == PartRole::kUnsure)
    return may_be_pot(extent, plant) ? PartRole::kUnsure : PartRole::kNegative;
  if (is_thin(part.geon)) return PartRole::kNegative;
  const bool is_fruit = part.geon.geon_class == GeonClass::kSphere &&
                        part.geon.half.maxCoeff() <= kLargestFruit * plant.y();
  return is_fruit || part.geon.centre.y() < kLow * plant.y() ? part.role : PartRole::kNegative;
}

void label_only_the_largest(Mesh& mesh) {
  std::map<GeonClass, std::vector<Part*>> by_class;
  for (Part& part : mesh.parts)
    if (part.role == PartRole::kGeon) by_class[part.geon.geon_class].push_back(&part);
  for (auto& [geon_class, parts] : by_class) {
    std::sort(parts.begin(), parts.end(), [](const Part* a, const Part* b) {
      return a->geon.half.prod() > b->geon.half.prod();
    });
    for (size_t i = kMostLabelsOfAClass; i < parts.size(); ++i) parts[i]->role = PartRole::kUnsure;
  }
}

}  // namespace

void adjust_roles(Mesh& mesh, const ObjDescription& description) {
  const bool plant = is_plant(description.name), cloth = is_cloth(description.name);
  const std::vector<Extent> extents = extents_of_parts(mesh);
  for (size_t i = 0; i < mesh.parts.size(); ++i) {
    Part& part = mesh.parts[i];
    if (cloth)
      part.role = PartRole::kNegative;
    else if (plant)
      part.role = role_in_plant(part, extents[i], description.size);
    else if (part.role == PartRole::kGeon && is_thin(part.geon))
      part.role = PartRole::kUnsure;
  }
  label_only_the_largest(mesh);
}

}  // namespace geond::rendering
