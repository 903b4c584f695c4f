// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "geon.hpp"
#include "pattern.hpp"

namespace geond::rendering {

// What light does at a surface. `texture`, where there is one, replaces the pattern.
struct Surface {
  std::string name;
  Pattern pattern;
  float specular = 0.03f;
  float gloss = 20;
  float opacity = 1;
  Vector3 glow = Vector3::Zero();
  std::shared_ptr<const Texture> texture;
};

// How a part counts in training: a geon with a label, a thing of which nothing is known for sure
// (ignored), or surely no geon (foliage, cloth, rugs: a full negative).
enum class PartRole { kGeon, kUnsure, kNegative };

struct Part {
  PartRole role = PartRole::kUnsure;
  Geon geon;
};

struct Triangle {
  std::array<int, 3> vertex{};
  std::array<int, 3> uv{-1, -1, -1};
  int surface = 0;
  int part = 0;
};

struct Mesh {
  std::vector<Vector3> vertices;
  std::vector<Vector2> uvs;
  std::vector<Triangle> triangles;
  std::vector<Surface> surfaces;
  std::vector<Part> parts;
  // One normal a corner of a triangle, smooth where neighbours bend little.
  std::vector<Vector3> corner_normals;

  int add_surface(Surface surface);
  int add_surface(const Pattern& pattern, float specular = 0.03f, float gloss = 20);
  // Adds the solid as a part of its own and returns the part's index.
  int add_geon(const Geon& geon, int surface, PartRole role = PartRole::kGeon);
  // Adds triangles to a part that has no geon (leaves, cushions' seams).
  int add_plain_part(PartRole role);
  void add_triangle(int a, int b, int c, int surface, int part);
  void compute_normals();
  // Moves everything, geons too: p -> rotation * p + offset.
  void transform(const Matrix3& rotation, const Vector3& offset);
  std::pair<Vector3, Vector3> bounds() const;
};

// Shorthands for the usual solids, upright: centre of the base, full sizes.
Geon cube_at(const Vector3& base, float width, float height, float depth);
Geon cylinder_at(const Vector3& base, float radius, float height);
// A cylinder of which one end may be a little narrower, as most cups, pots and buckets are: still
// within what counts as a cylinder.
Geon vessel_at(Random& random, const Vector3& base, float radius, float height);
Geon cone_at(const Vector3& base, float bottom_radius, float top_radius, float height);
Geon sphere_at(const Vector3& centre, float radius);
Geon torus_at(const Vector3& centre, float radius, float tube);

}  // namespace geond::rendering
