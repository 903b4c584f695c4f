// SPDX-License-Identifier: MIT
#include "geon.hpp"

#include <cmath>

namespace geond::rendering {
namespace {

constexpr int kAround = 36;
constexpr int kTube = 14;
constexpr int kRings = 16;

void add_quad(GeonSurface& surface, int a, int b, int c, int d) {
  surface.triangles.push_back({a, b, c});
  surface.triangles.push_back({a, c, d});
}

void tessellate_cube(const Geon& geon, GeonSurface& surface) {
  for (int i = 0; i < 8; ++i)
    surface.points.push_back(
        geon.to_world(Vector3(i & 1 ? 1 : -1, i & 2 ? 1 : -1, i & 4 ? 1 : -1)));
  add_quad(surface, 0, 1, 3, 2);
  add_quad(surface, 4, 5, 7, 6);
  add_quad(surface, 0, 1, 5, 4);
  add_quad(surface, 2, 3, 7, 6);
  add_quad(surface, 0, 2, 6, 4);
  add_quad(surface, 1, 3, 7, 5);
}

void tessellate_frustum(const Geon& geon, GeonSurface& surface) {
  for (int i = 0; i < kAround; ++i) {
    const float angle = 2 * kPi * static_cast<float>(i) / kAround;
    const Vector3 around(std::cos(angle), 0, std::sin(angle));
    surface.points.push_back(geon.to_world(around * geon.bottom_radius - Vector3::UnitY()));
    surface.points.push_back(geon.to_world(around * geon.top_radius + Vector3::UnitY()));
  }
  surface.points.push_back(geon.to_world(-Vector3::UnitY()));
  surface.points.push_back(geon.to_world(Vector3::UnitY()));
  for (int i = 0; i < kAround; ++i) {
    const int j = (i + 1) % kAround;
    add_quad(surface, 2 * i, 2 * j, 2 * j + 1, 2 * i + 1);
    surface.triangles.push_back({2 * kAround, 2 * i, 2 * j});
    surface.triangles.push_back({2 * kAround + 1, 2 * i + 1, 2 * j + 1});
  }
}

// A grid of points around and along, closed around; along it is closed only where `closed` says so.
void add_grid(GeonSurface& surface, int around, int along, bool closed) {
  for (int i = 0; i < (closed ? along : along - 1); ++i)
    for (int j = 0; j < around; ++j) {
      const int next_i = (i + 1) % along, next_j = (j + 1) % around;
      add_quad(surface, i * around + j, i * around + next_j, next_i * around + next_j,
               next_i * around + j);
    }
}

void tessellate_sphere(const Geon& geon, GeonSurface& surface) {
  for (int i = 0; i <= kRings; ++i)
    for (int j = 0; j < kAround; ++j) {
      const float polar = kPi * static_cast<float>(i) / kRings;
      const float angle = 2 * kPi * static_cast<float>(j) / kAround;
      surface.points.push_back(geon.to_world(Vector3(
          std::sin(polar) * std::cos(angle), std::cos(polar), std::sin(polar) * std::sin(angle))));
    }
  add_grid(surface, kAround, kRings + 1, false);
}

void tessellate_torus(const Geon& geon, GeonSurface& surface) {
  const float tube = geon.half.y();
  for (int i = 0; i < kAround; ++i)
    for (int j = 0; j < kTube; ++j) {
      const float angle = 2 * kPi * static_cast<float>(i) / kAround;
      const float turn = 2 * kPi * static_cast<float>(j) / kTube;
      const Vector3 local((geon.half.x() - tube + tube * std::cos(turn)) * std::cos(angle),
                          tube * std::sin(turn),
                          (geon.half.z() - tube + tube * std::cos(turn)) * std::sin(angle));
      surface.points.push_back(geon.centre + geon.axes * local);
    }
  add_grid(surface, kTube, kAround, true);
}

}  // namespace

GeonSurface tessellate(const Geon& geon) {
  GeonSurface surface;
  switch (geon.geon_class) {
    case GeonClass::kCube:
      tessellate_cube(geon, surface);
      break;
    case GeonClass::kSphere:
      tessellate_sphere(geon, surface);
      break;
    case GeonClass::kTorus:
      tessellate_torus(geon, surface);
      break;
    case GeonClass::kCone:
    case GeonClass::kCylinder:
      tessellate_frustum(geon, surface);
      break;
  }
  return surface;
}

}  // namespace geond::rendering
