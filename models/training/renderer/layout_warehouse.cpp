// SPDX-License-Identifier: MIT
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Parallel racks with aisles between them.
void aisles(Scene& scene, Random& random) {
  const bool along_x = random.chance(0.5f);
  const float length = along_x ? scene.room.size.z() : scene.room.size.x(),
              height = scene.room.size.y() - 40;
  float at = -length / 2 + random.uniform(60, 90);
  const int most = random.between(1, 5);
  for (int i = 0; i < most && at < length / 2 - 60; ++i) {
    const ModelPtr rack = props::rack(random, height);
    const float sideways = random.normal(40);
    scene.place_at(rack, along_x ? sideways : at, along_x ? at : sideways, along_x ? 0 : kPi / 2);
    at += rack->size.z() + random.uniform(150, 300);
  }
}

void racks_along_walls(Scene& scene, Random& random) {
  const int count = random.between(1, 4);
  for (int i = 0; i < count; ++i)
    scene.place_along_wall(random, props::rack(random, scene.room.size.y() - 40), -1, 10);
}

// Goods stacked on the floor, against a wall or in blocks.
void stacked_goods(Scene& scene, Furnisher& furnisher, Random& random) {
  const int walls = random.between(1, 3);
  for (int i = 0; i < walls; ++i)
    scene.place_along_wall(random, furnisher.get(Thing::kCartonWall, random), -1,
                           random.uniform(2, 60));
  const int pallets = random.between(0, 6);
  for (int i = 0; i < pallets; ++i)
    scene.place_anywhere(random, furnisher.get(Thing::kLoadedPallet, random), 30);
}

}  // namespace

void furnish_warehouse(Scene& scene, Furnisher& furnisher, Random& random) {
  // From a corner full of cartons to a hall of racks.
  const bool hall = random.chance(0.6f);
  scene.room.size =
      hall ? Vector3(random.uniform(700, 1400), random.uniform(380, 650), random.uniform(700, 1400))
           : Vector3(random.uniform(380, 700), random.uniform(260, 420), random.uniform(380, 700));
  if (random.chance(0.7f)) {
    scene.room.floor.kind = PatternKind::kPlain;
    scene.room.floor.first = Vector3::Constant(random.uniform(0.15f, 0.5f));
  }
  scene.add_ceiling_lights(random, random.between(1, 3), random.between(1, 4),
                           random.uniform(20, 60), random.uniform(60, 220), random.uniform(10, 30));
  if (random.chance(0.4f))
    scene.add_window(random, random.uniform(150, 400), random.uniform(100, 250),
                     random.uniform(5, 20));
  const float style = random.unit();
  if (hall && style < 0.6f)
    aisles(scene, random);
  else if (style < 0.8f)
    racks_along_walls(scene, random);
  if (!hall || random.chance(0.7f)) stacked_goods(scene, furnisher, random);
  static const std::vector<Thing> goods = {
      Thing::kStoreItem, Thing::kStoreItem,   Thing::kCarton,      Thing::kDrum,
      Thing::kTyres,     Thing::kTrafficCone, Thing::kLoadedPallet};
  const int count = random.between(1, hall ? 14 : 7);
  for (int i = 0; i < count; ++i) {
    const Thing thing = random.pick(goods);
    const int copies =
        thing == Thing::kDrum || thing == Thing::kTrafficCone || thing == Thing::kTyres
            ? random.between(1, 4)
            : 1;
    for (int k = 0; k < copies; ++k) scene.place_anywhere(random, furnisher.get(thing, random), 30);
  }
  if (random.chance(0.4f))
    scene.place_along_wall(random, furnisher.get(Thing::kLadder, random), -1, 5);
  if (hall && random.chance(0.45f))
    scene.place_anywhere(random, furnisher.get(Thing::kVehicle, random), 150);
  add_strays(scene, random, 2);
}

}  // namespace geond::rendering
