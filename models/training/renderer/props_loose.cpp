// SPDX-License-Identifier: MIT
#include <cmath>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

Geon random_solid(Random& random, float size) {
  const float choice = random.unit(), h = size / 2;
  if (choice < 0.24f) {
    const float narrow = random.chance(0.45f) ? 0.01f : random.uniform(0.02f, 0.74f);
    const float radius = h * random.uniform(0.35f, 1);
    return cone_at(Vector3::Zero(), radius, radius * narrow, size * random.uniform(0.6f, 1.3f));
  }
  if (choice < 0.46f) {
    Vector3 extent = Vector3::Constant(size);
    if (random.chance(0.65f))
      extent = size * Vector3(random.uniform(0.25f, 1), random.uniform(0.25f, 1), 1);
    if (random.chance(0.15f)) extent[random.below(3)] = size * random.uniform(0.06f, 0.2f);
    return cube_at(Vector3::Zero(), extent.x(), extent.y(), extent.z());
  }
  if (choice < 0.66f) {
    const bool tall = random.chance(0.6f);
    const float radius = tall ? h * random.uniform(0.2f, 0.8f) : h;
    const float height = tall ? size : size * random.uniform(0.08f, 1);
    return random.chance(0.5f) ? vessel_at(random, Vector3::Zero(), radius, height)
                               : cylinder_at(Vector3::Zero(), radius, height);
  }
  if (choice < 0.82f) {
    Geon geon = sphere_at(Vector3::Zero(), h);
    if (random.chance(0.4f))
      geon.half = geon.half.cwiseProduct(
          Vector3(random.uniform(0.7f, 1.3f), random.uniform(0.6f, 1.5f), 1));
    return geon;
  }
  return torus_at(Vector3::Zero(), h, h * random.uniform(0.12f, 0.42f));
}

Matrix3 resting_turn(Random& random) {
  const Matrix3 about = turn_about_y(random.uniform(0, 2 * kPi));
  const float choice = random.unit();
  if (choice < 0.4f) return about;
  if (choice < 0.5f) return about * turn_about_x(kPi);
  if (choice < 0.6f) return about * turn_about_x(kPi / 2);
  return random.rotation();
}

// A solid of revolution whose profile is no straight line: bottles, vases, spindles.
void add_turned(PropKit& kit, float size, int surface) {
  Random& random = kit.random();
  const int part = kit.mesh().add_plain_part(PartRole::kNegative);
  constexpr int kRings = 14, kAround = 28;
  const int base = static_cast<int>(kit.mesh().vertices.size());
  const float waist = random.uniform(0.15f, 0.5f), waves = random.uniform(1.2f, 3),
              phase = random.uniform(0, 2 * kPi);
  for (int i = 0; i <= kRings; ++i)
    for (int j = 0; j < kAround; ++j) {
      const float t = static_cast<float>(i) / kRings,
                  angle = 2 * kPi * static_cast<float>(j) / kAround;
      const float radius =
          size * (0.18f + waist * 0.5f * (1 + std::sin(waves * kPi * t + phase)) * 0.6f);
      kit.mesh().vertices.push_back(
          Vector3(radius * std::cos(angle), size * t, radius * std::sin(angle)));
    }
  for (int i = 0; i < kRings; ++i)
    for (int j = 0; j < kAround; ++j) {
      const int a = base + i * kAround + j, b = base + i * kAround + (j + 1) % kAround;
      kit.mesh().add_triangle(a, b, b + kAround, surface, part);
      kit.mesh().add_triangle(a, b + kAround, a + kAround, surface, part);
    }
}

// A prism over a star or a letter-like outline.
void add_prism(PropKit& kit, float size, int surface) {
  Random& random = kit.random();
  const int part = kit.mesh().add_plain_part(PartRole::kNegative);
  const int points = random.between(3, 7), corners = 2 * points,
            base = static_cast<int>(kit.mesh().vertices.size());
  const float inner = random.uniform(0.25f, 0.6f), depth = size * random.uniform(0.08f, 0.4f);
  for (int layer = 0; layer < 2; ++layer)
    for (int i = 0; i < corners; ++i) {
      const float angle = 2 * kPi * static_cast<float>(i) / static_cast<float>(corners),
                  radius = size / 2 * (i % 2 ? inner : 1.0f);
      kit.mesh().vertices.push_back(Vector3(
          radius * std::cos(angle), size / 2 + radius * std::sin(angle), layer ? depth : 0.0f));
    }
  for (int layer = 0; layer < 2; ++layer) {
    kit.mesh().vertices.push_back(Vector3(0, size / 2, layer ? depth : 0.0f));
    const int middle = static_cast<int>(kit.mesh().vertices.size()) - 1;
    for (int i = 0; i < corners; ++i)
      kit.mesh().add_triangle(middle, base + layer * corners + i,
                              base + layer * corners + (i + 1) % corners, surface, part);
  }
  for (int i = 0; i < corners; ++i) {
    const int j = (i + 1) % corners;
    kit.mesh().add_triangle(base + i, base + j, base + corners + j, surface, part);
    kit.mesh().add_triangle(base + i, base + corners + j, base + corners + i, surface, part);
  }
}

// A letter of two or three bars: an L, a T or an H. No geon fits a letter, though its bars look
// like cubes.
void add_letter(PropKit& kit, float size, int surface) {
  Random& random = kit.random();
  const float bar = size * random.uniform(0.14f, 0.24f);
  const float x = random.chance(0.5f) ? 0 : -size * 0.35f;
  kit.add(cube_at(Vector3(x, 0, 0), bar, size, bar), surface, PartRole::kUnsure);
  kit.add(cube_at(Vector3(0, random.pick(std::vector<float>{0, size * 0.45f, size - bar}), 0),
                  size * 0.7f, bar, bar),
          surface, PartRole::kUnsure);
  if (x < 0 && random.chance(0.5f))
    kit.add(cube_at(Vector3(-x, 0, 0), bar, size, bar), surface, PartRole::kUnsure);
}

}  // namespace

ModelPtr loose_geon(Random& random, float size) {
  PropKit kit(random);
  Geon geon = random_solid(random, size);
  geon.axes = resting_turn(random);
  geon.centre = Vector3::Zero();
  const int surface = kit.patterned(size);
  if (random.chance(0.1f)) kit.mesh().surfaces[surface].opacity = random.uniform(0.35f, 0.8f);
  kit.add(geon, surface);
  return kit.finish();
}

ModelPtr near_geon(Random& random, float size) {
  const float choice = random.unit();
  if (choice > 0.85f) return standing_person(random);
  PropKit kit(random);
  const int surface = kit.patterned(size);
  if (choice < 0.3f)
    add_turned(kit, size, surface);
  else if (choice < 0.5f)
    add_prism(kit, size, surface);
  else if (choice < 0.65f)
    add_letter(kit, size, surface);
  else
    kit.leaves(Vector3::Zero(), size * 0.5f, size);
  return kit.finish();
}

ModelPtr solid(Random& random, float size, float geon_chance) {
  return random.chance(geon_chance) ? loose_geon(random, size) : near_geon(random, size);
}

ModelPtr block(Random& random, const Vector3& size) {
  PropKit kit(random);
  const float choice = random.unit();
  const int face = choice < 0.35f   ? kit.wood(size.x())
                   : choice < 0.6f  ? kit.plain(muted_colour(random, 0.3f, 0.8f))
                   : choice < 0.75f ? kit.cloth()
                                    : kit.patterned(size.x());
  kit.add(cube_at(Vector3::Zero(), size.x(), size.y(), size.z()), face);
  return kit.finish();
}

ModelPtr cord(Random& random, float length) {
  PropKit kit(random);
  kit.add(cylinder_at(Vector3::Zero(), random.uniform(0.3f, 0.8f), length), kit.dark(),
          PartRole::kNegative);
  return kit.finish();
}

}  // namespace geond::rendering::props
