// SPDX-License-Identifier: MIT
#include "fitting.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

using namespace geond::rendering;

namespace {

// Of the surface |x/a|^p + |y/b|^p + |z/c|^p = 1 (Barr 1981): an ellipsoid at a power of two, a box
// that is the rounder at its edges the lower the power is above that.
Mesh superquadric(const Vector3& half, float power) {
  constexpr int kAcross = 48, kAround = 96;
  Mesh mesh;
  const int part = mesh.add_plain_part(PartRole::kUnsure), surface = mesh.add_surface(Pattern{});
  for (int row = 0; row <= kAcross; ++row)
    for (int column = 0; column < kAround; ++column) {
      const float polar = kPi * static_cast<float>(row) / kAcross,
                  azimuth = 2 * kPi * static_cast<float>(column) / kAround;
      const Vector3 direction(std::sin(polar) * std::cos(azimuth), std::cos(polar),
                              std::sin(polar) * std::sin(azimuth));
      const float length = std::pow(direction.array().abs().pow(power).sum(), -1 / power);
      mesh.vertices.push_back(length * direction.cwiseProduct(half));
    }
  for (int row = 0; row < kAcross; ++row)
    for (int column = 0; column < kAround; ++column) {
      const int here = row * kAround + column, next = row * kAround + (column + 1) % kAround;
      mesh.add_triangle(here, next, here + kAround, surface, part);
      mesh.add_triangle(next, next + kAround, here + kAround, surface, part);
    }
  return mesh;
}

Fit fit_of(const Mesh& mesh, Edges edges) {
  std::vector<int> all(mesh.triangles.size());
  std::iota(all.begin(), all.end(), 0);
  return fit_geon(mesh, all, edges);
}

const Vector3 kCushion(30, 10, 26);

}  // namespace

TEST_CASE("a box is a cube whatever its edges may be") {
  const Mesh box = superquadric(kCushion, 40);
  for (const Edges edges : {Edges::kSharp, Edges::kSoft}) {
    const Fit fit = fit_of(box, edges);
    CHECK(fit.good);
    CHECK(fit.geon.geon_class == GeonClass::kCube);
  }
}

TEST_CASE("a cushion is a cube only where edges may be soft") {
  const Mesh cushion = superquadric(kCushion, 7);
  CHECK_FALSE(fit_of(cushion, Edges::kSharp).good);
  const Fit fit = fit_of(cushion, Edges::kSoft);
  CHECK(fit.good);
  CHECK(fit.geon.geon_class == GeonClass::kCube);
}

TEST_CASE("what lies between two geons is neither, however soft its edges may be") {
  const Mesh between = superquadric(Vector3(20, 20, 20), 3);
  CHECK_FALSE(fit_of(between, Edges::kSoft).good);
}
