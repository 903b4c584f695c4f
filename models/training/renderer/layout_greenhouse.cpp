// SPDX-License-Identifier: MIT
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Benches or beds in parallel rows with paths between them.
void rows_of_plants(Scene& scene, Random& random, bool beds) {
  const float length = scene.room.size.z() * random.uniform(0.5f, 0.9f);
  float x = -scene.room.size.x() / 2 + random.uniform(45, 80);
  while (x < scene.room.size.x() / 2 - 40) {
    const bool bed = beds != random.chance(0.15f);
    const ModelPtr row =
        bed ? props::plant_bed(random, length) : props::plant_bench(random, length);
    if (random.chance(0.9f)) scene.place_at(row, x, random.normal(15), kPi / 2);
    x += row->size.z() + random.uniform(50, 110);
  }
}

// Pots standing on the floor, in blocks or anywhere.
void pots_on_floor(Scene& scene, Furnisher& furnisher, Random& random, int count) {
  const Vector3 middle(random.uniform(-0.3f, 0.3f) * scene.room.size.x(), 0,
                       random.uniform(-0.3f, 0.3f) * scene.room.size.z());
  for (int i = 0; i < count; ++i) {
    const ModelPtr plant =
        furnisher.get(random.chance(0.5f) ? Thing::kSmallPlant : Thing::kLargePlant, random);
    if (random.chance(0.5f))
      scene.place_at(plant, middle.x() + random.normal(70), middle.z() + random.normal(70),
                     random.uniform(0, 2 * kPi));
    else
      scene.place_anywhere(random, plant);
  }
}

void hanging_pots(Scene& scene, Furnisher& furnisher, Random& random) {
  const int count = random.between(1, 6);
  for (int i = 0; i < count; ++i)
    scene.add(furnisher.get(Thing::kSmallPlant, random),
              Vector3(random.uniform(-0.45f, 0.45f) * scene.room.size.x(),
                      random.uniform(150, scene.room.size.y() - 50),
                      random.uniform(-0.45f, 0.45f) * scene.room.size.z()),
              0);
}

}  // namespace

void furnish_greenhouse(Scene& scene, Furnisher& furnisher, Random& random) {
  scene.room.size =
      Vector3(random.uniform(300, 850), random.uniform(230, 380), random.uniform(400, 1100));
  scene.room.enclosure = Enclosure::kGlasshouse;
  if (random.chance(0.6f)) {
    scene.room.floor.first = Vector3(0.35f, 0.3f, 0.24f) * random.uniform(0.4f, 1.5f);
    scene.room.floor.second = scene.room.floor.first * 0.7f;
  }
  scene.add(props::glasshouse_frame(random, scene.room.size), Vector3::Zero(), 0);
  scene.add_sun(random);
  const float style = random.unit();
  if (style < 0.45f)
    rows_of_plants(scene, random, false);
  else if (style < 0.75f)
    rows_of_plants(scene, random, true);
  pots_on_floor(scene, furnisher, random,
                style < 0.75f ? random.between(0, 8) : random.between(8, 24));
  if (random.chance(0.3f)) hanging_pots(scene, furnisher, random);
  const int items = random.between(0, 6);
  for (int i = 0; i < items; ++i)
    scene.place_anywhere(random, furnisher.get(Thing::kGardenItem, random));
  if (random.chance(0.5f)) scene.place_anywhere(random, furnisher.get(Thing::kHose, random));
  add_strays(scene, random, 2);
}

}  // namespace geond::rendering
