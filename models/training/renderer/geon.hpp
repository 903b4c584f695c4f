// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <string_view>
#include <vector>

#include "vectors.hpp"

namespace geond::rendering {

enum class GeonClass { kCone, kCube, kCylinder, kSphere, kTorus };

inline constexpr std::array<std::string_view, 5> kGeonNames = {"cone", "cube", "cylinder", "sphere",
                                                               "torus"};

// A solid in its own frame: `axes` are its directions (column 1 is the axis of a cone, cylinder or
// torus), `half` the half extents along them. A cone's or cylinder's radius is bottom_radius at the
// lower end of the axis and top_radius at the upper one, as shares of `half`. A torus's tube has
// the radius half.y().
struct Geon {
  GeonClass geon_class = GeonClass::kCube;
  Vector3 centre = Vector3::Zero();
  Matrix3 axes = Matrix3::Identity();
  Vector3 half = Vector3::Ones();
  float bottom_radius = 1;
  float top_radius = 1;

  Vector3 to_world(const Vector3& local) const { return centre + axes * local.cwiseProduct(half); }
  float diagonal() const { return 2 * half.norm(); }
};

struct GeonSurface {
  std::vector<Vector3> points;
  std::vector<std::array<int, 3>> triangles;
};

// A closed triangle mesh of the solid.
GeonSurface tessellate(const Geon& geon);

}  // namespace geond::rendering
