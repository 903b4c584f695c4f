// SPDX-License-Identifier: MIT
#include "mesh.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace geond::rendering {
namespace {

// Corners whose faces bend less than this share one normal (cosine).
constexpr float kSmoothCosine = 0.76f;
constexpr size_t kMostNeighbours = 64;

}  // namespace

int Mesh::add_surface(Surface surface) {
  surfaces.push_back(std::move(surface));
  return static_cast<int>(surfaces.size()) - 1;
}

int Mesh::add_surface(const Pattern& pattern, float specular, float gloss) {
  Surface surface;
  surface.pattern = pattern;
  surface.specular = specular;
  surface.gloss = gloss;
  return add_surface(std::move(surface));
}

int Mesh::add_plain_part(PartRole role) {
  parts.push_back({role, Geon{}});
  return static_cast<int>(parts.size()) - 1;
}

void Mesh::add_triangle(int a, int b, int c, int surface, int part) {
  Triangle triangle;
  triangle.vertex = {a, b, c};
  triangle.surface = surface;
  triangle.part = part;
  triangles.push_back(triangle);
}

int Mesh::add_geon(const Geon& geon, int surface, PartRole role) {
  const GeonSurface solid = tessellate(geon);
  const int base = static_cast<int>(vertices.size());
  parts.push_back({role, geon});
  const int part = static_cast<int>(parts.size()) - 1;
  vertices.insert(vertices.end(), solid.points.begin(), solid.points.end());
  for (const auto& t : solid.triangles)
    add_triangle(base + t[0], base + t[1], base + t[2], surface, part);
  return part;
}

void Mesh::compute_normals() {
  std::vector<Vector3> face(triangles.size());
  std::vector<std::vector<int>> around(vertices.size());
  for (size_t i = 0; i < triangles.size(); ++i) {
    const auto& v = triangles[i].vertex;
    face[i] = (vertices[v[1]] - vertices[v[0]]).cross(vertices[v[2]] - vertices[v[0]]);
    for (int corner : v) around[corner].push_back(static_cast<int>(i));
  }
  corner_normals.assign(3 * triangles.size(), Vector3::UnitY());
  for (size_t i = 0; i < triangles.size(); ++i) {
    const Vector3 own = face[i].normalized();
    for (size_t k = 0; k < 3; ++k) {
      Vector3 sum = Vector3::Zero();
      const auto& neighbours = around[triangles[i].vertex[k]];
      if (neighbours.size() < kMostNeighbours)
        for (int j : neighbours)
          if (own.dot(face[j].normalized()) > kSmoothCosine) sum += face[j];
      corner_normals[3 * i + k] = sum.norm() > 1e-12f ? sum.normalized() : own;
    }
  }
}

void Mesh::transform(const Matrix3& rotation, const Vector3& offset) {
  for (Vector3& v : vertices) v = rotation * v + offset;
  for (Part& part : parts) {
    part.geon.centre = rotation * part.geon.centre + offset;
    part.geon.axes = rotation * part.geon.axes;
  }
}

std::pair<Vector3, Vector3> Mesh::bounds() const {
  Vector3 low = Vector3::Constant(std::numeric_limits<float>::max()), high = -low;
  for (const Triangle& t : triangles)
    for (int corner : t.vertex) {
      low = low.cwiseMin(vertices[corner]);
      high = high.cwiseMax(vertices[corner]);
    }
  return {low, high};
}

Geon cube_at(const Vector3& base, float width, float height, float depth) {
  Geon geon;
  geon.centre = base + Vector3(0, height / 2, 0);
  geon.half = Vector3(width, height, depth) / 2;
  return geon;
}

Geon cylinder_at(const Vector3& base, float radius, float height) {
  Geon geon = cube_at(base, 2 * radius, height, 2 * radius);
  geon.geon_class = GeonClass::kCylinder;
  return geon;
}

Geon vessel_at(Random& random, const Vector3& base, float radius, float height) {
  Geon geon = cylinder_at(base, radius, height);
  if (random.chance(0.6f))
    (random.chance(0.8f) ? geon.bottom_radius : geon.top_radius) = random.uniform(0.8f, 0.98f);
  return geon;
}

Geon cone_at(const Vector3& base, float bottom_radius, float top_radius, float height) {
  const float largest = std::max(bottom_radius, top_radius);
  Geon geon = cylinder_at(base, largest, height);
  geon.geon_class = GeonClass::kCone;
  geon.bottom_radius = bottom_radius / largest;
  geon.top_radius = top_radius / largest;
  return geon;
}

Geon sphere_at(const Vector3& centre, float radius) {
  Geon geon;
  geon.geon_class = GeonClass::kSphere;
  geon.centre = centre;
  geon.half = Vector3::Constant(radius);
  return geon;
}

Geon torus_at(const Vector3& centre, float radius, float tube) {
  Geon geon;
  geon.geon_class = GeonClass::kTorus;
  geon.centre = centre;
  geon.half = Vector3(radius, tube, radius);
  return geon;
}

}  // namespace geond::rendering
