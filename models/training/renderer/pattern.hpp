// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <vector>

#include "random.hpp"
#include "texture.hpp"
#include "vectors.hpp"

namespace geond::rendering {

enum class PatternKind {
  kPlain,
  kStripes,
  kChecks,
  kMarble,
  kWood,
  kPrint,
  kSpeckle,
  kBrick,
  kPicture
};

// How a surface's colour varies over space, without a texture picture.
struct Pattern {
  PatternKind kind = PatternKind::kPlain;
  Vector3 first = Vector3::Constant(0.7f);
  Vector3 second = Vector3::Constant(0.3f);
  Vector3 direction = Vector3::UnitX();
  float period = 20;
  // What kPicture shows, once every `period` centimetres, times `first`.
  std::shared_ptr<const Texture> picture;

  // Reflectance at a point of the thing's own space.
  Vector3 at(const Vector3& point) const;
};

// Value noise of several octaves, in [0, 1].
float fractal_noise(float x, float y);

// A colour of any hue; and one near grey, of the given lightness.
Vector3 vivid_colour(Random& random);
Vector3 muted_colour(Random& random, float low, float high);
Vector3 any_colour(Random& random);

// The pictures that patterns may show, to be set before anything is drawn; none at first.
void shelve_pictures(std::vector<std::shared_ptr<const Texture>> pictures);
// Makes the pattern show one of them, if there are any.
void show_picture(Pattern& pattern, Random& random, float size);

// A pattern for a thing of `size` centimetres: plain half of the time.
Pattern random_pattern(Random& random, float size);
Pattern wood_pattern(Random& random, float size);

}  // namespace geond::rendering
