// SPDX-License-Identifier: MIT
// Warehouses of the third manner.
#include <algorithm>
#include <cmath>

#include "layout_further.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// One of a few racks that is no longer than `most`; null when all are.
ModelPtr rack_within(Scene& scene, Random& random, float most) {
  for (int i = 0; i < 8; ++i)
    if (ModelPtr rack = props::rack(random, scene.room.size.y() - 40); rack->size.x() < most)
      return rack;
  return nullptr;
}

// Racks back to back, a lane across them in the middle, pallets at their ends.
void double_racks(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = {Vector3::Zero(), quarter_turn(random)};
  const bool turned = std::fabs(std::cos(spot.yaw)) < 0.5f;
  const float length = turned ? scene.room.size.z() : scene.room.size.x(),
              depth = turned ? scene.room.size.x() : scene.room.size.z();
  const float lane = random.uniform(120, 220);
  for (float forward = -depth / 2 + random.uniform(90, 160); forward < depth / 2 - 100;) {
    float deepest = 80;
    for (int side = -1; side <= 1; side += 2) {
      const ModelPtr rack = rack_within(scene, random, (length - lane) / 2 - 10);
      if (!rack) continue;
      const float right = static_cast<float>(side) * (lane + rack->size.x()) / 2;
      deepest = std::max(deepest, rack->size.z());
      put(scene, rack, spot, right, forward - rack->size.z() / 2 - 3);
      put(scene, rack, spot, right, forward + rack->size.z() / 2 + 3, kPi);
    }
    if (random.chance(0.4f))
      put(scene, furnisher.get(Thing::kLoadedPallet, random), spot, random.normal(20), forward);
    forward += 2 * deepest + random.uniform(140, 240);
  }
}

// Like goods stacked in blocks on the floor, without any rack, lanes between the blocks.
void block_stacks(Scene& scene, Furnisher& furnisher, Random& random) {
  static const Things goods = {Thing::kLoadedPallet, Thing::kLoadedPallet, Thing::kLoadedPallet,
                               Thing::kCarton, Thing::kDrum};
  const int blocks = random.between(1, 4);
  for (int block = 0; block < blocks; ++block) {
    const Spot spot = {Vector3(random.uniform(-0.35f, 0.35f) * scene.room.size.x(), 0,
                               random.uniform(-0.35f, 0.35f) * scene.room.size.z()),
                       quarter_turn(random)};
    const ModelPtr unit = furnisher.get(random.pick(goods), random);
    const float wide = unit->size.x() + random.uniform(5, 12),
                deep = unit->size.z() + random.uniform(5, 12);
    const int columns = random.between(1, 4), rows = random.between(1, 3),
              levels = random.between(1, 4);
    for (int i = 0; i < columns; ++i)
      for (int j = 0; j < rows; ++j)
        stack(scene, random, unit, spot, static_cast<float>(i) * wide, static_cast<float>(j) * deep,
              std::max(1, levels - random.below(2)));
  }
}

// Drums of a few makes in rows, some on top of others, cones round them.
void drum_yard(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr drum = furnisher.get(Thing::kDrum, random);
  const float pitch = std::max(drum->size.x(), drum->size.z()) + random.uniform(6, 25);
  const int columns = random.between(2, 7), rows = random.between(2, 5);
  const bool high = random.chance(0.5f), alike = random.chance(0.4f);
  for (int i = 0; i < columns; ++i) {
    const ModelPtr column = alike ? drum : props::drum(random);
    for (int j = 0; j < rows; ++j)
      if (random.chance(0.88f))
        stack(scene, random, column, spot,
              (static_cast<float>(i) - static_cast<float>(columns - 1) / 2) * pitch,
              (static_cast<float>(j) - static_cast<float>(rows - 1) / 2) * pitch,
              high ? random.between(1, 2) : 1);
  }
  scatter(scene, furnisher, random, {Thing::kTrafficCone, Thing::kLoadedPallet}, 1, 5);
}

// Gates in a wall, pallets in lanes before them, cones that mark the lanes.
void loading_bay(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  const float pitch = random.uniform(170, 260), half = wall_length(scene, wall) / 2;
  for (float right = -half + pitch / 2; right < half - 60; right += pitch) {
    if (random.chance(0.8f)) hang(scene, furnisher.get(Thing::kDoor, random), spot, right, 0);
    float forward = random.uniform(120, 190);
    for (int i = random.between(0, 3); i > 0; --i) {
      const ModelPtr pallet = furnisher.get(Thing::kLoadedPallet, random);
      put(scene, pallet, spot, right, forward + pallet->size.z() / 2, random.normal(0.04f));
      forward += pallet->size.z() + random.uniform(8, 40);
    }
    if (random.chance(0.6f))
      put(scene, furnisher.get(Thing::kTrafficCone, random), spot, right + pitch / 2, 130);
  }
  scatter(scene, furnisher, random, {Thing::kVehicle, Thing::kLoadedPallet}, 0, 2);
}

// Parcels as they come in: in heaps, on a long table, sorted along a wall.
void parcel_hall(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const Vector3 size(random.uniform(200, 420), random.uniform(55, 90), random.uniform(60, 100));
  if (random.chance(0.7f))
    if (const auto belt = put(scene, props::block(random, size), spot, 0, 0))
      dress(scene, furnisher, random, *belt, Things(8, Thing::kCarton));
  const int heaps = random.between(2, 6);
  for (int i = 0; i < heaps; ++i) {
    const ModelPtr parcel = furnisher.get(Thing::kCarton, random);
    const Spot heap = {Vector3(random.uniform(-0.4f, 0.4f) * scene.room.size.x(), 0,
                               random.uniform(-0.4f, 0.4f) * scene.room.size.z()),
                       random.uniform(-0.3f, 0.3f)};
    for (int k = random.between(1, 4); k > 0; --k)
      stack(scene, random, random.chance(0.5f) ? parcel : furnisher.get(Thing::kCarton, random),
            heap, static_cast<float>(k) * (parcel->size.x() + 12), random.normal(8),
            random.between(1, 4));
  }
  line_walls(scene, furnisher, random, {Thing::kCartonWall, Thing::kCarton}, 4);
}

// Piles of tyres in rows, hoses on the wall above them.
void tyre_store(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = wall_spot(scene, wall);
  const float half = wall_length(scene, wall) / 2;
  const int rows = random.between(1, 3);
  for (int row = 0; row < rows; ++row)
    for (float right = -half + 50; right < half - 50; right += random.uniform(102, 125))
      if (random.chance(0.75f))
        put(scene, furnisher.get(random.chance(0.8f) ? Thing::kTyres : Thing::kDrum, random), spot,
            right, 55 + 115 * static_cast<float>(row));
  for (float right = -half + 70; right < half - 70; right += random.uniform(90, 220))
    if (random.chance(0.5f)) {
      const ModelPtr coil =
          furnisher.get(random.chance(0.5f) ? Thing::kHose : Thing::kRing, random);
      hang_shelf(scene, furnisher, random, spot, right, random.uniform(165, 200),
                 {Thing::kCarton, Thing::kHose}, 2);
      if (random.chance(0.4f)) put(scene, coil, spot, right, 55 + 115 * static_cast<float>(rows));
    }
  scatter(scene, furnisher, random, {Thing::kTyres, Thing::kTrafficCone, Thing::kCarton}, 0, 4);
}

// A small room full of shelves, what found no place there on the floor.
void small_store(Scene& scene, Furnisher& furnisher, Random& random) {
  const int first = random.below(4), sides = random.between(1, 3);
  for (int side = 0; side < sides; ++side) {
    const Spot wall = wall_spot(scene, (first + side) % 4);
    const float half = wall_length(scene, (first + side) % 4) / 2;
    const ModelPtr rack = rack_within(scene, random, 2 * half - 20);
    if (rack && random.chance(0.75f)) {
      put(scene, rack, wall, random.uniform(-0.5f, 0.5f) * (2 * half - rack->size.x() - 10),
          rack->size.z() / 2 + 3);
      continue;
    }
    for (float height = 60; height < 200; height += random.uniform(50, 70))
      hang_shelf(scene, furnisher, random, wall, random.normal(15), height,
                 {Thing::kCarton, Thing::kStoreItem}, 5);
  }
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kCarton, Thing::kStoreItem}, 2, 6);
  if (random.chance(0.5f)) scene.place_along_wall(random, furnisher.get(Thing::kLadder, random));
}

// A pallet and little else, seen near.
void pallet_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr pallet = furnisher.get(Thing::kLoadedPallet, random);
  put(scene, pallet, spot, 0, 0, random.uniform(-0.2f, 0.2f));
  scene.focus = spot.at(0, 0, pallet->top / 2);
  const ModelPtr beside =
      furnisher.get(random.chance(0.5f) ? Thing::kLoadedPallet : Thing::kDrum, random);
  put(scene, beside, spot, (pallet->size.x() + beside->size.x()) / 2 + random.uniform(15, 50),
      random.normal(20));
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kTrafficCone, Thing::kStoreItem}, 1, 4);
}

const std::vector<Setting> kWarehouses = {{double_racks, 700, 1300}, {block_stacks, 500, 1000},
                                          {drum_yard, 350, 800},     {loading_bay, 550, 1100},
                                          {parcel_hall, 400, 800},   {tyre_store, 350, 650},
                                          {small_store, 260, 450},   {pallet_near, 330, 470}};

}  // namespace

void arrange_further_warehouse(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.pick(kWarehouses);
  shape_room(scene, random, setting.least, setting.most);
  scene.room.size.y() = random.uniform(260, 280 + setting.most * 0.25f);
  // Drums, tyres and blocks of goods lie in the open as well.
  const bool yard = setting.arrange == drum_yard || setting.arrange == block_stacks;
  light_place(scene, random, yard && random.chance(0.3f));
  setting.arrange(scene, furnisher, random);
  fill_up(scene, furnisher, random,
          {Thing::kCarton, Thing::kDrum, Thing::kLoadedPallet, Thing::kStoreItem}, 5);
  const int more = extras(random);
  scatter(scene, furnisher, random,
          {Thing::kCarton, Thing::kStoreItem, Thing::kTrafficCone, Thing::kDrum,
           Thing::kLoadedPallet, Thing::kTyres},
          0, more);
  if (scene.room.enclosure == Enclosure::kRoom)
    line_walls(scene, furnisher, random, {Thing::kLadder, Thing::kCartonWall, Thing::kDoor},
               more / 3);
  add_visitor(scene, furnisher, random, {Thing::kDesk, Thing::kOfficeChair, Thing::kLargePlant});
}

}  // namespace geond::rendering
