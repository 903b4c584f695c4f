// SPDX-License-Identifier: MIT
#pragma once
#include <utility>

#include "model.hpp"
#include "random.hpp"

namespace geond::rendering {

// A mesh under construction, with the surfaces that props keep asking for.
class PropKit {
 public:
  explicit PropKit(Random& random) : random_(random) {}

  Random& random() { return random_; }
  Mesh& mesh() { return mesh_; }

  int surface(const Pattern& pattern, float specular = 0.03f, float gloss = 20) {
    return mesh_.add_surface(pattern, specular, gloss);
  }
  int plain(const Vector3& colour, float specular = 0.03f, float gloss = 20) {
    Pattern pattern;
    pattern.first = colour;
    return surface(pattern, specular, gloss);
  }
  int patterned(float size) {
    return surface(random_pattern(random_, size), random_.uniform(0.01f, 0.12f),
                   random_.uniform(10, 90));
  }
  int wood(float size) { return surface(wood_pattern(random_, size), 0.04f, 30); }
  int metal() {
    return plain(Vector3::Constant(random_.uniform(0.05f, 0.6f)), random_.uniform(0.1f, 0.5f), 80);
  }
  int dark() { return plain(Vector3::Constant(random_.uniform(0.01f, 0.08f)), 0.06f, 60); }
  int cloth() {
    Pattern pattern = random_pattern(random_, 30);
    if (random_.chance(0.6f)) pattern.kind = PatternKind::kPlain;
    return surface(pattern, 0.01f, 5);
  }

  int add(const Geon& geon, int surface, PartRole role = PartRole::kGeon) {
    return mesh_.add_geon(geon, surface, role);
  }
  // Draws on another part (keys, windows, what a screen shows): it has that part's label.
  void draw_on(int body, const Geon& geon, int surface) {
    const int part = add(geon, surface, PartRole::kUnsure);
    for (Triangle& triangle : mesh_.triangles)
      if (triangle.part == part) triangle.part = body;
  }
  // Four legs under a top of the given size; too thin to be labelled from most places.
  void legs(float width, float depth, float height, int surface) {
    const bool round = random_.chance(0.5f);
    const float r = random_.uniform(1.5f, 4), x = width / 2 - r - 1, z = depth / 2 - r - 1;
    for (int i = 0; i < 4; ++i) {
      const Vector3 foot(i & 1 ? x : -x, 0, i & 2 ? z : -z);
      add(round ? cylinder_at(foot, r, height) : cube_at(foot, 2 * r, height, 2 * r), surface);
    }
  }

  // A sheet of glass: one sees through it, and nobody can say what solid it is.
  void pane(const Vector3& base, float width, float height, float thick);
  // A tuft of bent leaves above a point: no geons.
  void leaves(const Vector3& foot, float radius, float height);
  // A cushion: a box with bulging sides, of which nobody can say whether it is a cube.
  void cushion(const Vector3& centre, const Vector3& half, const Matrix3& turn, int surface);

  ModelPtr finish() { return finish_model(std::move(mesh_)); }
  ModelPtr finish_here() { return finish_in_place(std::move(mesh_)); }

 private:
  Random& random_;
  Mesh mesh_;
};

}  // namespace geond::rendering
