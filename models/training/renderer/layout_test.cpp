// SPDX-License-Identifier: MIT
// The scenes in a manner of their own, for pictures that only score: what was learned by
// heart from the other layouts does not help here.
#include <algorithm>
#include <cmath>
#include <vector>

#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// --- office ---

// Rows of desks one behind the other, all looking at a screen in front.
void training_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr desk = furnisher.get(Thing::kDesk, random),
                 chair = furnisher.get(Thing::kOfficeChair, random);
  const float pitch = desk->size.z() + random.uniform(80, 130);
  const int columns = random.between(1, 3), rows = random.between(2, 4);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const float x = (static_cast<float>(column) - static_cast<float>(columns - 1) / 2) *
                      (desk->size.x() + 25);
      const float z = (static_cast<float>(row) - static_cast<float>(rows - 1) / 2) * pitch;
      const Instance* placed = scene.place_at(desk, x, z, 0);
      if (!placed) continue;
      load(scene, furnisher, random, *placed, {Thing::kMonitor, Thing::kDeskItem}, 3);
      if (random.chance(0.8f))
        scene.place_at(chair, x + random.normal(12),
                       z + desk->size.z() / 2 + chair->size.z() * 0.6f, kPi + random.normal(0.3f));
    }
  if (const Instance* front = scene.place_along_wall(
          random, furnisher.get(Thing::kOfficeStorage, random), 0, random.uniform(5, 40)))
    load(scene, furnisher, random, *front, {Thing::kMonitor}, 1);
}

// A desk against the wall with shelves to its sides, as in a study.
void study(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Instance* found =
      scene.place_along_wall(random, furnisher.get(Thing::kDesk, random), wall, 3);
  if (!found) return;
  const Instance desk = *found;
  load(scene, furnisher, random, desk,
       {Thing::kMonitor, Thing::kDeskItem, Thing::kTableLamp, Thing::kDeskItem}, 7);
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  const Vector3 seat =
      desk.position + facing(desk.yaw) * (desk.model->size.z() / 2 + random.uniform(25, 80));
  scene.place_at(chair, seat.x(), seat.z(), desk.yaw + kPi + random.normal(0.8f));
  for (int i = random.between(1, 3); i > 0; --i)
    scene.place_along_wall(
        random,
        furnisher.get(random.chance(0.5f) ? Thing::kBookcase : Thing::kOfficeStorage, random), wall,
        2);
}

// A counter of desks end to end; chairs along the walls wait before it.
void reception(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  const int length = random.between(2, 3);
  for (int i = 0; i < length; ++i) {
    const float x = (static_cast<float>(i) - 1) * (desk->size.x() + 9);
    if (const Instance* placed = scene.place_at(desk, x, random.normal(2), kPi))
      load(scene, furnisher, random, *placed, {Thing::kMonitor, Thing::kMonitor, Thing::kDeskItem},
           4);
    if (random.chance(0.7f))
      scene.place_at(furnisher.get(Thing::kOfficeChair, random), x,
                     -desk->size.z() / 2 - random.uniform(35, 70), random.normal(0.4f));
  }
  line_walls(scene, furnisher, random, {Thing::kOfficeChair}, 4);
}

void set_up_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const float style = random.unit();
  shape_room(scene, random, style < 0.4f ? 280 : 420, style < 0.4f ? 430 : 800);
  light_room(scene, random);
  if (style < 0.4f)
    study(scene, furnisher, random);
  else if (style < 0.75f)
    training_room(scene, furnisher, random);
  else
    reception(scene, furnisher, random);
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kDoor, Thing::kBookcase}, 3);
  scatter(scene, furnisher, random, {Thing::kBin, Thing::kLargePlant}, 0, 2);
}

// --- living room ---

// Two sofas at a right angle in a corner, a table in the nook.
void corner_seats(Scene& scene, Furnisher& furnisher, Random& random) {
  const float w = scene.room.size.x() / 2, d = scene.room.size.z() / 2;
  const ModelPtr first = furnisher.get(Thing::kSofa, random),
                 second = random.chance(0.6f) ? furnisher.get(Thing::kSofa, random)
                                              : furnisher.get(Thing::kArmchair, random);
  scene.place_at(first, -w + first->size.x() / 2 + random.uniform(5, 60),
                 -d + first->size.z() / 2 + random.uniform(3, 25), 0);
  scene.place_at(second, -w + second->size.z() / 2 + random.uniform(3, 25),
                 -d + first->size.z() + second->size.x() / 2 + random.uniform(15, 90), kPi / 2);
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  if (const Instance* placed = scene.place_at(
          table, -w + second->size.z() + table->size.x() / 2 + random.uniform(30, 110),
          -d + first->size.z() + table->size.z() / 2 + random.uniform(30, 90), random.normal(0.1f)))
    load(scene, furnisher, random, *placed, {Thing::kTableItem}, 4);
}

// A chair, a lamp and a small table by the shelves.
void reading_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  for (int i = random.between(1, 3); i > 0; --i)
    scene.place_along_wall(random, furnisher.get(Thing::kBookcase, random), wall);
  for (const Thing thing : {Thing::kArmchair, Thing::kFloorLamp, Thing::kCoffeeTable})
    if (random.chance(0.85f))
      scene.place_along_wall(random, furnisher.get(thing, random), (wall + 1) % 4,
                             random.uniform(10, 70));
}

// A table with chairs on its long sides.
void eating_place(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr table = furnisher.get(Thing::kDiningTable, random),
                 chair = furnisher.get(Thing::kChair, random);
  const Vector3 middle(scene.room.size.x() * random.uniform(0.05f, 0.25f), 0,
                       scene.room.size.z() * random.uniform(0.0f, 0.25f));
  const Instance* placed = scene.place_at(table, middle.x(), middle.z(), 0);
  if (!placed) return;
  load(scene, furnisher, random, *placed, {Thing::kTableItem, Thing::kTableItem}, 5);
  for (int side = -1; side <= 1; side += 2)
    for (int i = -1; i <= 1; i += 2)
      if (random.chance(0.75f)) {
        const auto s = static_cast<float>(side);
        const float away = table->size.z() / 2 + chair->size.z() * random.uniform(0.2f, 0.7f);
        scene.add(chair, middle + Vector3(static_cast<float>(i) * table->size.x() / 4, 0, s * away),
                  (side > 0 ? kPi : 0) + random.normal(0.15f));
      }
}

void set_up_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 320, 640);
  light_room(scene, random);
  const float style = random.unit();
  if (style < 0.65f) corner_seats(scene, furnisher, random);
  if (style > 0.55f) reading_corner(scene, furnisher, random);
  if (random.chance(0.35f)) eating_place(scene, furnisher, random);
  if (random.chance(0.5f))
    if (const Instance* board = scene.place_along_wall(
            random, furnisher.get(Thing::kSideboard, random), random.between(1, 2)))
      load(scene, furnisher, random, *board, {Thing::kTelevision, Thing::kTableItem}, 3);
  line_walls(scene, furnisher, random, {Thing::kLivingExtra, Thing::kDoor, Thing::kSideboard}, 3);
  scatter(scene, furnisher, random, {Thing::kFloorLamp, Thing::kLargePlant, Thing::kBall}, 0, 3);
}

// --- warehouse ---

// One lane between two rows of racks, looked along.
void lane_of_racks(Scene& scene, Furnisher& furnisher, Random& random) {
  const float lane = random.uniform(140, 320);
  for (int side = -1; side <= 1; side += 2) {
    float z = -scene.room.size.z() / 2 + 60;
    while (z < scene.room.size.z() / 2 - 160) {
      const ModelPtr rack = props::rack(random, scene.room.size.y() - random.uniform(30, 120));
      z += rack->size.x() / 2;
      scene.place_at(rack, static_cast<float>(side) * (lane + rack->size.z()) / 2, z,
                     static_cast<float>(-side) * kPi / 2);
      z += rack->size.x() / 2 + random.uniform(6, 30);
    }
  }
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kLoadedPallet, Thing::kLadder}, 0, 4);
}

// Pallets in files, as before a lorry is loaded.
void loading_bay(Scene& scene, Furnisher& furnisher, Random& random) {
  const int files = random.between(2, 4), length = random.between(2, 5);
  const float across = random.uniform(150, 230), along = random.uniform(125, 170);
  for (int i = 0; i < files; ++i)
    for (int j = 0; j < length; ++j)
      if (random.chance(0.85f))
        scene.place_at(furnisher.get(Thing::kLoadedPallet, random),
                       (static_cast<float>(i) - static_cast<float>(files - 1) / 2) * across,
                       (static_cast<float>(j) - static_cast<float>(length - 1) / 2) * along,
                       random.normal(0.05f));
  scatter(scene, furnisher, random, {Thing::kTrafficCone, Thing::kVehicle, Thing::kCarton}, 1, 6);
}

// Drums and tyres in close rows, cartons at the wall.
void drum_store(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr drum = furnisher.get(random.chance(0.7f) ? Thing::kDrum : Thing::kTyres, random);
  const float pitch = std::max(drum->size.x(), drum->size.z()) + random.uniform(3, 25);
  const int columns = random.between(2, 5), rows = random.between(2, 4);
  for (int i = 0; i < columns; ++i)
    for (int j = 0; j < rows; ++j)
      scene.place_at(drum, static_cast<float>(i - columns / 2) * pitch,
                     static_cast<float>(j - rows / 2) * pitch, random.uniform(0, 2 * kPi));
  line_walls(scene, furnisher, random, {Thing::kCartonWall, Thing::kStoreItem}, 6);
}

void set_up_warehouse(Scene& scene, Furnisher& furnisher, Random& random) {
  const float style = random.unit();
  shape_room(scene, random, style < 0.7f ? 550 : 350, style < 0.7f ? 1200 : 600);
  scene.room.size.y() = random.uniform(300, 560);
  light_room(scene, random);
  if (style < 0.35f)
    lane_of_racks(scene, furnisher, random);
  else if (style < 0.7f)
    loading_bay(scene, furnisher, random);
  else
    drum_store(scene, furnisher, random);
  line_walls(scene, furnisher, random, {Thing::kCartonWall, Thing::kLadder, Thing::kDoor}, 2);
}

// --- greenhouse ---

// Beds or benches across the house, one behind the other.
void cross_rows(Scene& scene, Random& random) {
  const float length = scene.room.size.x() * random.uniform(0.4f, 0.8f);
  float z = -scene.room.size.z() / 2 + 60;
  while (z < scene.room.size.z() / 2 - 60) {
    const ModelPtr row =
        random.chance(0.5f) ? props::plant_bed(random, length) : props::plant_bench(random, length);
    scene.place_at(row, random.normal(25), z, 0);
    z += row->size.z() + random.uniform(60, 160);
  }
}

// Large plants along the glass, small ones before them.
void plants_along_glass(Scene& scene, Furnisher& furnisher, Random& random) {
  for (int i = random.between(4, 12); i > 0; --i)
    scene.place_along_wall(random, furnisher.get(Thing::kLargePlant, random), -1,
                           random.uniform(5, 40));
  for (int i = random.between(4, 14); i > 0; --i)
    scene.place_along_wall(random, furnisher.get(Thing::kSmallPlant, random), -1,
                           random.uniform(40, 130));
}

void set_up_greenhouse(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 320, 850);
  scene.room.enclosure = Enclosure::kGlasshouse;
  scene.add(props::glasshouse_frame(random, scene.room.size), Vector3::Zero(), 0);
  scene.add_sun(random);
  if (random.chance(0.55f))
    cross_rows(scene, random);
  else
    plants_along_glass(scene, furnisher, random);
  scatter(scene, furnisher, random, {Thing::kSmallPlant, Thing::kGardenItem, Thing::kHose}, 0, 7);
}

// --- none ---

// Solids on a ring, or one upon the other.
void set_out_geons(Scene& scene, Furnisher& /*furnisher*/, Random& random) {
  shape_room(scene, random, 260, 560);
  light_place(scene, random, random.chance(0.3f));
  const int count = random.between(3, 12);
  const float ring = random.uniform(40, 140);
  const bool tower = random.chance(0.3f);
  float height = 0;
  for (int i = 0; i < count; ++i) {
    const ModelPtr solid = random.chance(0.9f)
                               ? props::loose_geon(random, random.log_uniform(18, 70))
                               : props::near_geon(random, random.log_uniform(18, 70));
    const bool stacked = tower && height + solid->size.y() < scene.room.size.y() - 40;
    const Vector3 on_ring =
        facing(2 * kPi * static_cast<float>(i) / static_cast<float>(count)) * ring;
    scene.add(solid, stacked ? Vector3(random.normal(3), height, random.normal(3)) : on_ring,
              random.uniform(0, 2 * kPi));
    if (stacked) height += solid->size.y();
  }
}

}  // namespace

const Manner kTestManner = {set_up_office, set_up_livingroom, set_up_warehouse, set_up_greenhouse,
                            set_out_geons};

}  // namespace geond::rendering
