// SPDX-License-Identifier: MIT
#include "layouts.hpp"

namespace geond::rendering {
namespace {

void equip_desk(Scene& scene, Furnisher& furnisher, Random& random, const Instance& placed) {
  const Instance desk = placed;
  std::vector<ModelPtr> things;
  const int monitors = random.chance(0.8f) ? random.between(1, 2) : 0;
  for (int i = 0; i < monitors; ++i) things.push_back(furnisher.get(Thing::kMonitor, random));
  const int items = random.between(0, 5);
  for (int i = 0; i < items; ++i) things.push_back(furnisher.get(Thing::kDeskItem, random));
  scene.place_on_top(random, desk, things);
  if (random.chance(0.85f)) {
    const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
    const float away = desk.model->size.z() / 2 + chair->size.z() * 0.3f + random.uniform(-5, 40);
    const Vector3 place =
        desk.to_world(Vector3(random.uniform(-0.2f, 0.2f) * desk.model->size.x(), 0, away));
    scene.place_at(chair, place.x(), place.z(), desk.yaw + kPi + random.normal(0.5f));
  }
}

// Desks in rows, all facing one way, as in an open office.
void rows_of_desks(Scene& scene, Furnisher& furnisher, Random& random) {
  const float yaw = static_cast<float>(random.below(4)) * kPi / 2;
  const float pitch_x = random.uniform(170, 240), pitch_z = random.uniform(150, 230);
  const ModelPtr shared = furnisher.get(Thing::kDesk, random);
  for (float x = -scene.room.size.x() / 2 + 110; x < scene.room.size.x() / 2 - 80; x += pitch_x)
    for (float z = -scene.room.size.z() / 2 + 110; z < scene.room.size.z() / 2 - 80; z += pitch_z)
      if (random.chance(0.85f))
        if (const Instance* desk = scene.place_at(
                random.chance(0.8f) ? shared : furnisher.get(Thing::kDesk, random), x, z, yaw))
          equip_desk(scene, furnisher, random, *desk);
}

void single_desks(Scene& scene, Furnisher& furnisher, Random& random, int count) {
  for (int i = 0; i < count; ++i) {
    const ModelPtr model = furnisher.get(Thing::kDesk, random);
    const Instance* desk = random.chance(0.6f)
                               ? scene.place_along_wall(random, model, -1, random.uniform(3, 90))
                               : scene.place_anywhere(random, model, 60);
    if (desk) equip_desk(scene, furnisher, random, *desk);
  }
}

// A meeting table with chairs around it.
void meeting_table(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr table =
      furnisher.get(random.chance(0.5f) ? Thing::kDesk : Thing::kDiningTable, random);
  const Instance* found = scene.place_anywhere(random, table, 110);
  if (!found) return;
  const Instance placed = *found;
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  for (int side = 0; side < 4; ++side) {
    const float turn = placed.yaw + static_cast<float>(side) * kPi / 2;
    const float away =
        (side % 2 ? table->size.x() : table->size.z()) / 2 + chair->size.z() * 0.5f + 6;
    const Vector3 place = placed.position + Vector3(std::sin(turn), 0, std::cos(turn)) * away;
    if (random.chance(0.8f))
      scene.place_at(chair, place.x(), place.z(), turn + kPi + random.normal(0.2f));
  }
  scene.place_on_top(
      random, placed,
      {furnisher.get(Thing::kMonitor, random), furnisher.get(Thing::kDeskItem, random)});
}

}  // namespace

void furnish_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const bool open_plan = random.chance(0.3f);
  const float scale = open_plan ? 1.6f : 1.0f;
  scene.room.size = Vector3(random.uniform(320, 600) * scale, random.uniform(245, 330),
                            random.uniform(320, 580) * scale);
  scene.add_ceiling_lights(random, random.between(1, 4), random.between(1, 3),
                           random.uniform(30, 120), random.uniform(30, 140), random.uniform(5, 12));
  if (random.chance(0.7f))
    scene.add_window(random, random.uniform(100, 300), random.uniform(90, 150),
                     random.uniform(3, 14));
  if (random.chance(0.6f))
    scene.place_along_wall(random, furnisher.get(Thing::kDoor, random), -1, 0);
  if (open_plan)
    rows_of_desks(scene, furnisher, random);
  else
    single_desks(scene, furnisher, random, random.between(1, 4));
  if (random.chance(0.2f)) meeting_table(scene, furnisher, random);
  const int storage = random.between(0, 7);
  for (int i = 0; i < storage; ++i)
    scene.place_along_wall(
        random,
        furnisher.get(random.chance(0.75f) ? Thing::kOfficeStorage : Thing::kBookcase, random));
  const int bins = random.between(0, 2);
  for (int i = 0; i < bins; ++i) scene.place_anywhere(random, furnisher.get(Thing::kBin, random));
  if (random.chance(0.5f)) scene.place_anywhere(random, furnisher.get(Thing::kLargePlant, random));
  if (random.chance(0.3f)) scene.place_anywhere(random, furnisher.get(Thing::kFloorLamp, random));
  if (random.chance(0.3f)) scene.place_anywhere(random, furnisher.get(Thing::kCarton, random));
  add_strays(scene, random, 2);
}

}  // namespace geond::rendering
