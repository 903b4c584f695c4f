// SPDX-License-Identifier: MIT
// Few things or very many seen near: wares, crockery, tools, a heap of pieces. No scene is known by
// them.
#include <algorithm>

#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr ware(Furnisher& furnisher, Random& random) {
  const float choice = random.unit(), size = random.log_uniform(8, 30);
  if (choice < 0.35f) {
    const Vector3 sides(random.uniform(0.3f, 1), random.uniform(0.3f, 1.6f),
                        random.uniform(0.1f, 1));
    return props::block(random, sides * size);
  }
  if (choice < 0.65f) return props::solid(random, size, 0.7f);
  if (choice < 0.75f) return props::mug(random);
  return furnisher.get(Thing::kTrinket, random);
}

// Alike in a row or a ring, as wares are photographed and cups are set out.
void line_up_wares(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr model = ware(furnisher, random);
  const int count = random.between(2, 9);
  const float step = std::max(model->size.x(), model->size.z()) * random.uniform(1.05f, 1.8f);
  const bool ring = count > 3 && random.chance(0.4f);
  const float radius = step * static_cast<float>(count) / (2 * kPi) * random.uniform(1, 1.3f);
  for (int i = 0; i < count; ++i) {
    const float turn = 2 * kPi * static_cast<float>(i) / static_cast<float>(count);
    const Vector3 place = ring ? Vector3(facing(turn) * radius)
                               : Vector3(place_of(i, count, step), 0, random.normal(step * 0.15f));
    const float yaw = (ring ? turn : 0) + random.normal(0.2f);
    const float scale = random.uniform(0.85f, 1.15f);
    scene.add(model, place, yaw, scale);
  }
}

// Each another, not overlapping, as tools are laid out on a bench.
void lay_out_wares(Scene& scene, Furnisher& furnisher, Random& random) {
  const int count = random.between(1, 12);
  for (int i = 0; i < count; ++i) {
    const ModelPtr model = ware(furnisher, random);
    const float x = random.normal(28), z = random.normal(28), yaw = random.uniform(0, 2 * kPi);
    scene.place_at(model, x, z, yaw);
  }
}

// Very many of one make: beans, pebbles, balls.
void spread_pieces(Scene& scene, Random& random) {
  const ModelPtr piece = props::solid(random, random.log_uniform(4, 12), 0.6f);
  const float reach = random.uniform(25, 70);
  const int count = random.between(40, 160);
  for (int i = 0; i < count; ++i) {
    const Vector3 place(random.normal(reach), 0, random.normal(reach));
    const float yaw = random.uniform(0, 2 * kPi), scale = random.uniform(0.8f, 1.25f);
    scene.add(piece, place, yaw, scale);
  }
}

}  // namespace

void set_out_still_life(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 260, 560);
  light_place(scene, random, random.chance(0.35f));
  scene.focus = Vector3(0, random.uniform(3, 12), 0);
  scene.from_above = random.chance(0.45f);
  const float choice = random.unit();
  if (choice < 0.4f) return line_up_wares(scene, furnisher, random);
  if (choice < 0.88f) return lay_out_wares(scene, furnisher, random);
  spread_pieces(scene, random);
}

}  // namespace geond::rendering
