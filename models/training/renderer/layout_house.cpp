// SPDX-License-Identifier: MIT
// Houses that stand by themselves, and towers: a few large blocks, which no scene is known by.
#include <algorithm>

#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// A wing of a house: its outside, and where on its plot the middle of its ground is.
struct Wing {
  Vector3 size;
  float right, forward;
};

// Doors, shutters or large panes side by side on the front wall.
void add_panels(Scene& scene, Random& random, const Spot& plot, const Wing& wing) {
  const int count = random.between(1, 5);
  const float step = wing.size.x() / static_cast<float>(count);
  const Vector3 size(step * random.uniform(0.3f, 0.8f),
                     std::min(wing.size.y() * 0.8f, random.uniform(18, 55)),
                     random.uniform(1.5f, 4));
  const bool at_ground = random.chance(0.6f);
  const float up = at_ground ? 0 : random.uniform(0, wing.size.y() - size.y());
  const ModelPtr panel = props::block(random, size);
  for (int i = 0; i < count; ++i)
    scene.add(panel,
              plot.at(wing.right + place_of(i, count, step), wing.forward + wing.size.z() / 2, up),
              plot.yaw);
}

// A slab that juts out of the front, with a parapet more often than not.
void add_balcony(Scene& scene, Random& random, const Spot& plot, const Wing& wing) {
  const float width = wing.size.x() * random.uniform(0.3f, 1), depth = random.uniform(12, 35),
              thick = random.uniform(2, 5), up = wing.size.y() * random.uniform(0.35f, 0.7f);
  const float front = wing.forward + wing.size.z() / 2;
  const Vector3 slab(width, thick, depth);
  scene.add(props::block(random, slab), plot.at(wing.right, front + depth / 2, up), plot.yaw);
  if (!random.chance(0.7f)) return;
  const Vector3 parapet(width, random.uniform(8, 16), 2);
  scene.add(props::block(random, parapet), plot.at(wing.right, front + depth - 1, up + thick),
            plot.yaw);
}

void add_steps(Scene& scene, Random& random, const Spot& plot, const Wing& wing) {
  const int count = random.between(2, 4);
  const float width = random.uniform(25, 70), tread = random.uniform(6, 12);
  for (int i = 0; i < count; ++i) {
    const Vector3 step(width, 4 * static_cast<float>(count - i), tread);
    const float forward = wing.forward + wing.size.z() / 2 + tread * (static_cast<float>(i) + 0.5f);
    scene.add(props::block(random, step), plot.at(wing.right, forward), plot.yaw);
  }
}

// What a front has besides its windows.
void add_front(Scene& scene, Random& random, const Spot& plot, const Wing& wing) {
  if (random.chance(0.6f)) add_panels(scene, random, plot, wing);
  if (random.chance(0.4f)) add_balcony(scene, random, plot, wing);
  if (random.chance(0.25f)) add_steps(scene, random, plot, wing);
}

// A second storey, or a slab for a roof.
void add_above(Scene& scene, Random& random, const Spot& plot, const Wing& wing) {
  const float choice = random.unit();
  if (choice < 0.4f) {
    const Vector3 above(wing.size.x() * random.uniform(0.5f, 1.1f), random.uniform(45, 80),
                        wing.size.z() * random.uniform(0.5f, 1.1f));
    const Vector3 place = plot.at(wing.right + random.normal(15), wing.forward, wing.size.y());
    scene.add(props::house(random, above), place, plot.yaw);
  } else if (choice < 0.7f) {
    const Vector3 slab(wing.size.x() + random.uniform(10, 50), random.uniform(4, 10),
                       wing.size.z() + random.uniform(10, 70));
    scene.add(props::block(random, slab), plot.at(wing.right, wing.forward, wing.size.y()),
              plot.yaw);
  }
}

// Wings side by side, perhaps a terrace before them and a wall round the garden.
void build_villa(Scene& scene, Random& random) {
  const Spot plot = {Vector3::Zero(), random.uniform(0, 2 * kPi)};
  const int wings = random.between(1, 4);
  float right = -random.uniform(60, 140);
  for (int i = 0; i < wings; ++i) {
    const Vector3 size(random.uniform(60, 190), random.uniform(50, 130), random.uniform(60, 150));
    const Wing wing = {size, right + size.x() / 2, random.normal(35)};
    scene.add(props::house(random, size), plot.at(wing.right, wing.forward), plot.yaw);
    add_above(scene, random, plot, wing);
    add_front(scene, random, plot, wing);
    right += size.x() + (random.chance(0.75f) ? 0 : random.uniform(10, 60));
  }
  if (random.chance(0.6f)) {
    const Vector3 terrace(random.uniform(80, 260), random.uniform(2, 8), random.uniform(40, 110));
    const float beside = random.normal(40), before = random.uniform(130, 200);
    put(scene, props::block(random, terrace), plot, beside, before);
  }
  if (random.chance(0.3f)) {
    const Vector3 wall(random.uniform(150, 400), random.uniform(15, 35), random.uniform(4, 10));
    const float beside = random.normal(80), before = random.uniform(210, 280);
    put(scene, props::block(random, wall), plot, beside, before);
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
  for (int i = 0; i < count; ++i) scene.place_anywhere(random, props::at_the_kerb(random), 20);
}

}  // namespace geond::rendering
