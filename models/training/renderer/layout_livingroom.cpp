// SPDX-License-Identifier: MIT
#include "layouts.hpp"

namespace geond::rendering {
namespace {

std::vector<ModelPtr> table_items(Furnisher& furnisher, Random& random, int most) {
  std::vector<ModelPtr> items;
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i)
    items.push_back(
        furnisher.get(random.chance(0.2f) ? Thing::kTableLamp : Thing::kTableItem, random));
  return items;
}

// A sofa, a table before it, perhaps a second sofa across the corner.
void seating(Scene& scene, Furnisher& furnisher, Random& random, int wall) {
  const ModelPtr sofa = furnisher.get(Thing::kSofa, random);
  const Instance* found = scene.place_along_wall(random, sofa, wall, random.uniform(2, 80));
  if (!found) return;
  const Instance placed = *found;
  if (random.chance(0.85f)) {
    const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
    const float away = sofa->size.z() / 2 + random.uniform(25, 50) + table->size.z() / 2;
    const Vector3 place = placed.to_world(Vector3(random.normal(20), 0, away));
    if (random.chance(0.5f))
      scene.add(furnisher.get(Thing::kRug, random), Vector3(place.x(), 0.05f, place.z()),
                placed.yaw);
    if (const Instance* stood = scene.place_at(table, place.x(), place.z(), placed.yaw))
      scene.place_on_top(random, *stood, table_items(furnisher, random, 4));
  }
  if (random.chance(0.35f))
    scene.place_along_wall(random, furnisher.get(Thing::kSofa, random), (wall + 1) % 4,
                           random.uniform(2, 40));
  const int chairs = random.between(0, 3);
  for (int i = 0; i < chairs; ++i)
    scene.place_anywhere(random, furnisher.get(Thing::kArmchair, random), 60);
}

void dining(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr table = furnisher.get(Thing::kDiningTable, random);
  const Instance* found = scene.place_anywhere(random, table, 70);
  if (!found) return;
  const Instance placed = *found;
  scene.place_on_top(random, placed, table_items(furnisher, random, 4));
  const ModelPtr chair = furnisher.get(Thing::kChair, random);
  for (int side = 0; side < 4; ++side) {
    const float turn = placed.yaw + static_cast<float>(side) * kPi / 2;
    const float away = (side % 2 ? table->size.x() : table->size.z()) / 2 + random.uniform(5, 30);
    const Vector3 place = placed.position + Vector3(std::sin(turn), 0, std::cos(turn)) * away;
    if (random.chance(0.8f)) scene.add(chair, place, turn + kPi + random.normal(0.15f));
  }
}

void media_wall(Scene& scene, Furnisher& furnisher, Random& random, int wall) {
  const Instance* stand =
      scene.place_along_wall(random, furnisher.get(Thing::kSideboard, random), wall);
  if (!stand) return;
  std::vector<ModelPtr> things;
  if (random.chance(0.7f)) things.push_back(furnisher.get(Thing::kTelevision, random));
  for (const ModelPtr& item : table_items(furnisher, random, 3)) things.push_back(item);
  scene.place_on_top(random, *stand, things);
}

void hang_pictures(Scene& scene, Furnisher& furnisher, Random& random) {
  const int count = random.between(0, 4);
  for (int i = 0; i < count; ++i) {
    const int wall = random.below(4);
    const float yaw = static_cast<float>(wall) * kPi / 2;
    const float depth = wall % 2 ? scene.room.size.x() : scene.room.size.z(),
                length = wall % 2 ? scene.room.size.z() : scene.room.size.x();
    const Vector3 place =
        Vector3(std::sin(yaw), 0, std::cos(yaw)) * (-depth / 2 + 2) +
        Vector3(std::cos(yaw), 0, -std::sin(yaw)) * random.uniform(-0.35f, 0.35f) * length +
        Vector3(0, random.uniform(110, 160), 0);
    scene.add(furnisher.get(Thing::kPicture, random), place, yaw);
  }
}

}  // namespace

void furnish_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  scene.room.size =
      Vector3(random.uniform(340, 680), random.uniform(235, 310), random.uniform(340, 640));
  scene.add_ceiling_lights(random, 1, random.between(1, 2), random.uniform(25, 90),
                           random.uniform(25, 90), random.uniform(8, 25));
  if (random.chance(0.8f))
    scene.add_window(random, random.uniform(100, 280), random.uniform(100, 170),
                     random.uniform(4, 16));
  if (random.chance(0.6f))
    scene.place_along_wall(random, furnisher.get(Thing::kDoor, random), -1, 0);
  const int wall = random.below(4);
  // Some rooms hold a sofa, a table and little else.
  if (random.chance(0.2f)) {
    seating(scene, furnisher, random, wall);
    hang_pictures(scene, furnisher, random);
    return;
  }
  if (random.chance(0.92f)) seating(scene, furnisher, random, wall);
  if (random.chance(0.75f)) media_wall(scene, furnisher, random, (wall + 2) % 4);
  if (random.chance(0.4f)) dining(scene, furnisher, random);
  const int extras = random.between(0, 4);
  for (int i = 0; i < extras; ++i)
    scene.place_along_wall(
        random,
        furnisher.get(random.chance(0.6f) ? Thing::kLivingExtra : Thing::kBookcase, random));
  const int lamps = random.between(0, 2);
  for (int i = 0; i < lamps; ++i)
    scene.place_anywhere(random, furnisher.get(Thing::kFloorLamp, random));
  if (random.chance(0.55f)) {
    const ModelPtr lamp = furnisher.get(Thing::kHangingLamp, random);
    scene.add(lamp,
              Vector3(random.uniform(-80, 80), scene.room.size.y() - lamp->size.y(),
                      random.uniform(-80, 80)),
              0);
  }
  const int plants = random.between(0, 2);
  for (int i = 0; i < plants; ++i)
    scene.place_anywhere(random, furnisher.get(Thing::kLargePlant, random));
  if (random.chance(0.3f)) scene.place_anywhere(random, furnisher.get(Thing::kBall, random));
  hang_pictures(scene, furnisher, random);
  add_strays(scene, random, 2);
}

}  // namespace geond::rendering
