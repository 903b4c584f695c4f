// SPDX-License-Identifier: MIT
// Houses that stand by themselves, and towers: a few large blocks, which no scene is known by.
#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Blocks side by side and on top of each other, some with a slab for a roof or a terrace before
// them.
void build_villa(Scene& scene, Random& random) {
  const Spot plot = {Vector3::Zero(), random.uniform(0, 2 * kPi)};
  const int wings = random.between(1, 4);
  float right = -random.uniform(60, 140);
  for (int i = 0; i < wings; ++i) {
    const Vector3 size(random.uniform(60, 190), random.uniform(50, 130), random.uniform(60, 150));
    const float forward = random.normal(35);
    right += size.x() / 2;
    scene.add(props::house(random, size), plot.at(right, forward), plot.yaw);
    if (random.chance(0.4f)) {
      const Vector3 above(size.x() * random.uniform(0.5f, 1.1f), random.uniform(45, 80),
                          size.z() * random.uniform(0.5f, 1.1f));
      const Vector3 place = plot.at(right + random.normal(15), forward, size.y());
      scene.add(props::house(random, above), place, plot.yaw);
    } else if (random.chance(0.5f)) {
      const Vector3 slab(size.x() + random.uniform(10, 50), random.uniform(4, 10),
                         size.z() + random.uniform(10, 70));
      scene.add(props::block(random, slab), plot.at(right, forward, size.y()), plot.yaw);
    }
    right += size.x() / 2 + (random.chance(0.75f) ? 0 : random.uniform(10, 60));
  }
  if (random.chance(0.6f)) {
    const Vector3 terrace(random.uniform(80, 260), random.uniform(2, 8), random.uniform(40, 110));
    const float beside = random.normal(40), before = random.uniform(130, 200);
    put(scene, props::block(random, terrace), plot, beside, before);
  }
}

// A few towers, near enough to end above the picture or so far that they stand alone against the
// sky.
void build_towers(Scene& scene, Random& random) {
  const int count = random.between(1, 5);
  for (int i = 0; i < count; ++i) {
    const float width = random.uniform(50, 170), depth = random.uniform(50, 170);
    const Vector3 size(width, random.uniform(120, 600), depth);
    const float x = random.normal(180), z = random.normal(180), yaw = random.uniform(0, 2 * kPi);
    scene.place_at(props::house(random, size), x, z, yaw);
  }
}

}  // namespace

void build_houses(Scene& scene, Random& random) {
  shape_room(scene, random, 800, 1400);
  light_place(scene, random, true);
  if (random.chance(0.65f))
    build_villa(scene, random);
  else
    build_towers(scene, random);
  const int count = random.between(0, 7);
  for (int i = 0; i < count; ++i) {
    const float height = random.uniform(25, 170);
    const ModelPtr thing =
        random.chance(0.2f) ? props::parked_car(random) : props::potted_plant(random, height);
    scene.place_anywhere(random, thing, 20);
  }
}

}  // namespace geond::rendering
