// SPDX-License-Identifier: MIT
#include <algorithm>

#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

void set_stage(Scene& scene, Random& random) {
  scene.room.size =
      Vector3(random.uniform(240, 560), random.uniform(230, 400), random.uniform(240, 560));
  const float choice = random.unit();
  if (choice < 0.3f) {
    scene.room.enclosure = Enclosure::kOutdoors;
    scene.room.size *= 1.5f;
    scene.add_sun(random);
    return;
  }
  if (choice < 0.4f) {
    scene.room.enclosure = Enclosure::kGlasshouse;
    scene.add_sun(random);
    return;
  }
  scene.add_ceiling_lights(random, random.between(1, 3), random.between(1, 2),
                           random.uniform(20, 150), random.uniform(20, 150), random.uniform(6, 25));
  if (random.chance(0.5f))
    scene.add_window(random, random.uniform(80, 220), random.uniform(80, 140),
                     random.uniform(4, 20));
}

// A few real things, so that a single desk or plant makes no scene yet.
void add_bystanders(Scene& scene, Furnisher& furnisher, Random& random) {
  static const std::vector<Thing> things = {
      Thing::kChair,    Thing::kSmallPlant, Thing::kCarton,      Thing::kBin,
      Thing::kArmchair, Thing::kFloorLamp,  Thing::kCoffeeTable, Thing::kLargePlant};
  const int count = random.between(0, 2);
  for (int i = 0; i < count; ++i)
    scene.place_anywhere(random, furnisher.get(random.pick(things), random), 30);
}

}  // namespace

void scatter_geons(Scene& scene, Furnisher& furnisher, Random& random) {
  const float choice = random.unit();
  if (choice < 0.08f) return build_street(scene, random);
  if (choice < 0.16f) return build_houses(scene, random);
  if (choice < 0.3f) return set_out_still_life(scene, furnisher, random);
  if (choice < 0.37f) return pose_people(scene, furnisher, random);
  set_stage(scene, random);
  if (random.chance(0.4f)) add_bystanders(scene, furnisher, random);
  const float w = scene.room.size.x(), d = scene.room.size.z();
  const Vector3 middle(random.uniform(-0.2f, 0.2f) * w, 0, random.uniform(-0.2f, 0.2f) * d);
  const int count = random.between(4, 18);
  const float floating = random.chance(0.4f) ? 0.5f : 0.05f;
  for (int i = 0; i < count; ++i) {
    const float size = random.log_uniform(14, 90);
    const ModelPtr model = props::solid(random, size, 0.85f);
    const Vector3 place =
        random.chance(0.5f)
            ? Vector3(middle + Vector3(random.uniform(-70, 70), 0, random.uniform(-70, 70)))
            : Vector3(random.uniform(-0.42f, 0.42f) * w, 0, random.uniform(-0.42f, 0.42f) * d);
    const float lift = random.chance(floating)
                           ? random.uniform(0, std::max(1.0f, scene.room.size.y() - size * 1.6f))
                           : 0;
    scene.add(model, place + Vector3(0, lift, 0), random.uniform(0, 2 * kPi));
  }
}

}  // namespace geond::rendering
