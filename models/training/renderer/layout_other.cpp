// SPDX-License-Identifier: MIT
// The second manner: the four scenes arranged anew, without any code of the first, so that nothing
// learned by heart from one of the two helps with the other.
#include <cmath>
#include <vector>

#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// --- office ---

// Who works here sits before the desk: screen, keyboard, chair.
void work_place(Scene& scene, Furnisher& furnisher, Random& random, const ModelPtr& desk, float x,
                float z, float yaw) {
  const Instance* found = scene.place_at(desk, x, z, yaw);
  if (!found) return;
  const Instance placed = *found;
  if (random.chance(0.85f))
    load(scene, furnisher, random, placed,
         {Thing::kMonitor, Thing::kMonitor, Thing::kDeskItem, Thing::kDeskItem}, 6);
  if (random.chance(0.2f)) return;
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  const Vector3 seat =
      placed.position + facing(yaw) * (desk->size.z() / 2 + random.uniform(15, 55));
  scene.place_at(chair, seat.x(), seat.z(), yaw + kPi + random.uniform(-0.9f, 0.9f));
}

// Desks in islands of two or four, faces to each other.
void desk_islands(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  const int islands = random.between(1, 4);
  for (int i = 0; i < islands; ++i) {
    const Vector3 middle(random.uniform(-0.35f, 0.35f) * scene.room.size.x(), 0,
                         random.uniform(-0.35f, 0.35f) * scene.room.size.z());
    const float yaw = quarter_turn(random);
    const int pairs = random.between(1, 2);
    for (int pair = 0; pair < pairs; ++pair)
      for (int side = 0; side < 2; ++side) {
        const float turn = yaw + static_cast<float>(side) * kPi;
        const Vector3 along(std::cos(yaw), 0, -std::sin(yaw));
        const Vector3 place = middle + facing(turn) * (desk->size.z() / 2 + 6) +
                              along * (static_cast<float>(pair) * (desk->size.x() + 10));
        work_place(scene, furnisher, random, desk, place.x(), place.z(), turn);
      }
  }
}

// One desk across the room, the back to a wall, with cabinets behind.
void manager_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const float yaw = quarter_turn(random);
  const Vector3 place = facing(yaw) * random.uniform(-60, 60);
  work_place(scene, furnisher, random, furnisher.get(Thing::kDesk, random), place.x(), place.z(),
             yaw);
  line_walls(scene, furnisher, random, {Thing::kBookcase, Thing::kOfficeStorage}, 4);
  scatter(scene, furnisher, random, {Thing::kOfficeChair, Thing::kLargePlant}, 0, 3);
}

void arrange_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const bool small = random.chance(0.45f);
  shape_room(scene, random, small ? 300 : 480, small ? 460 : 1000);
  light_room(scene, random);
  if (small)
    manager_room(scene, furnisher, random);
  else
    desk_islands(scene, furnisher, random);
  line_walls(scene, furnisher, random,
             {Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase, Thing::kDoor}, 5);
  scatter(scene, furnisher, random, {Thing::kBin, Thing::kLargePlant, Thing::kCarton}, 0, 3);
}

// --- living room ---

// Seats of all kinds around a table in the middle, all facing it.
void seats_around(Scene& scene, Furnisher& furnisher, Random& random, const Vector3& middle) {
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  if (const Instance* placed = scene.place_at(table, middle.x(), middle.z(), quarter_turn(random)))
    load(scene, furnisher, random, *placed,
         {Thing::kTableItem, Thing::kTableItem, Thing::kTableLamp}, 4);
  const float start = random.uniform(0, 2 * kPi);
  const int seats = random.between(2, 4);
  for (int i = 0; i < seats; ++i) {
    const ModelPtr seat =
        furnisher.get(random.chance(0.6f) ? Thing::kSofa : Thing::kArmchair, random);
    const float turn = start + static_cast<float>(i) * kPi / 2;
    const Vector3 place =
        middle + facing(turn) * (table->size.z() / 2 + seat->size.z() / 2 + random.uniform(20, 70));
    scene.place_at(seat, place.x(), place.z(), turn + kPi + random.normal(0.1f));
  }
}

// A sofa opposite of a television.
void watching(Scene& scene, Furnisher& furnisher, Random& random) {
  const float yaw = quarter_turn(random);
  const ModelPtr board = furnisher.get(Thing::kSideboard, random),
                 sofa = furnisher.get(Thing::kSofa, random);
  const float away = random.uniform(120, 220);
  const Vector3 screen = facing(yaw) * -away, seat = facing(yaw) * (away * random.uniform(0.2f, 1));
  if (const Instance* placed = scene.place_at(board, screen.x(), screen.z(), yaw))
    scene.place_on_top(random, *placed, {furnisher.get(Thing::kTelevision, random)});
  scene.place_at(sofa, seat.x(), seat.z(), yaw + kPi);
  scatter(scene, furnisher, random, {Thing::kCoffeeTable, Thing::kArmchair}, 0, 3);
}

void arrange_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 330, 620);
  light_room(scene, random);
  if (random.chance(0.6f))
    seats_around(scene, furnisher, random, Vector3(random.normal(40), 0, random.normal(40)));
  else
    watching(scene, furnisher, random);
  if (random.chance(0.4f))
    if (const Instance* placed =
            scene.place_along_wall(random, furnisher.get(Thing::kDiningTable, random), -1, 50))
      load(scene, furnisher, random, *placed, {Thing::kTableItem}, 4);
  line_walls(scene, furnisher, random,
             {Thing::kSideboard, Thing::kBookcase, Thing::kLivingExtra, Thing::kDoor}, 4);
  scatter(scene, furnisher, random,
          {Thing::kFloorLamp, Thing::kLargePlant, Thing::kBall, Thing::kChair, Thing::kRing}, 0, 4);
}

// --- warehouse ---

// Blocks of pallets and drums on a grid, with lanes left free.
void storage_blocks(Scene& scene, Furnisher& furnisher, Random& random) {
  const float pitch = random.uniform(130, 200);
  const float density = random.uniform(0.3f, 0.9f);
  static const std::vector<Thing> blocks = {Thing::kLoadedPallet, Thing::kLoadedPallet,
                                            Thing::kCartonWall, Thing::kDrum, Thing::kCarton};
  const float w = scene.room.size.x() / 2 - 80, d = scene.room.size.z() / 2 - 80;
  for (float x = -w; x < w; x += pitch) {
    if (random.chance(0.25f)) continue;
    const Thing thing = random.pick(blocks);
    for (float z = -d; z < d; z += pitch)
      if (random.chance(density))
        scene.place_at(furnisher.get(thing, random), x, z, quarter_turn(random));
  }
}

// A store room: racks on two walls, things before them.
void store_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const int first = random.below(4);
  for (int side = 0; side < 2; ++side)
    for (int i = random.between(1, 2); i > 0; --i)
      scene.place_along_wall(random, props::rack(random, scene.room.size.y() - 30),
                             (first + side) % 4, 4);
  scatter(scene, furnisher, random,
          {Thing::kCarton, Thing::kCarton, Thing::kStoreItem, Thing::kTyres, Thing::kDrum}, 2, 9);
}

void arrange_warehouse(Scene& scene, Furnisher& furnisher, Random& random) {
  const bool large = random.chance(0.5f);
  shape_room(scene, random, large ? 600 : 350, large ? 1300 : 600);
  scene.room.size.y() = random.uniform(270, large ? 600 : 380);
  light_room(scene, random);
  if (large)
    storage_blocks(scene, furnisher, random);
  else
    store_room(scene, furnisher, random);
  scatter(scene, furnisher, random,
          {Thing::kTrafficCone, Thing::kVehicle, Thing::kStoreItem, Thing::kDrum}, 0, 5);
  line_walls(scene, furnisher, random, {Thing::kLadder, Thing::kCartonWall, Thing::kDoor}, 2);
}

// --- greenhouse ---

// Pots in a regular field, as where they are sold.
void field_of_pots(Scene& scene, Furnisher& furnisher, Random& random) {
  const Thing kind = random.chance(0.6f) ? Thing::kSmallPlant : Thing::kLargePlant;
  const ModelPtr model = furnisher.get(kind, random);
  const bool alike = random.chance(0.5f);
  const float pitch = std::max(model->size.x(), model->size.z()) + random.uniform(8, 60);
  const int columns = random.between(3, 8), rows = random.between(3, 9);
  for (int i = 0; i < columns; ++i)
    for (int j = 0; j < rows; ++j)
      if (random.chance(0.85f))
        scene.place_at(alike ? model : furnisher.get(kind, random),
                       (static_cast<float>(i) - static_cast<float>(columns) / 2) * pitch,
                       (static_cast<float>(j) - static_cast<float>(rows) / 2) * pitch,
                       random.uniform(0, 2 * kPi));
}

// Tables along both sides, a path between them, baskets above it.
void tables_and_baskets(Scene& scene, Furnisher& furnisher, Random& random) {
  const float length = scene.room.size.z() * random.uniform(0.35f, 0.8f);
  const float path = random.uniform(60, 130);
  for (int side = -1; side <= 1; side += 2) {
    const ModelPtr table =
        random.chance(0.8f) ? props::plant_bench(random, length) : props::plant_bed(random, length);
    scene.place_at(table, static_cast<float>(side) * (path + table->size.z()) / 2,
                   random.normal(30), kPi / 2);
  }
  const int baskets = random.between(0, 7);
  for (int i = 0; i < baskets; ++i)
    scene.add(furnisher.get(Thing::kSmallPlant, random),
              Vector3(random.normal(20), scene.room.size.y() - random.uniform(60, 120),
                      (static_cast<float>(i) / 7 - 0.5f) * scene.room.size.z() * 0.9f),
              0);
}

void arrange_greenhouse(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 300, 900);
  scene.room.enclosure = Enclosure::kGlasshouse;
  scene.add(props::glasshouse_frame(random, scene.room.size), Vector3::Zero(), 0);
  scene.add_sun(random);
  if (random.chance(0.5f))
    field_of_pots(scene, furnisher, random);
  else
    tables_and_baskets(scene, furnisher, random);
  scatter(scene, furnisher, random,
          {Thing::kGardenItem, Thing::kLargePlant, Thing::kHose, Thing::kSmallPlant}, 1, 8);
}

// --- none ---

// Solids in a row, in a heap or on a grid.
void arrange_geons(Scene& scene, Furnisher& /*furnisher*/, Random& random) {
  shape_room(scene, random, 260, 600);
  light_place(scene, random, random.chance(0.35f));
  const int count = random.between(3, 14), columns = random.between(2, 5);
  const float pitch = random.uniform(45, 110), mess = random.uniform(0, 30);
  const float turn = random.uniform(0, 2 * kPi);
  for (int i = 0; i < count; ++i) {
    const Vector3 cell((static_cast<float>(i % columns) - static_cast<float>(columns) / 2) * pitch,
                       0, (static_cast<float>(i / columns) - 1) * pitch);
    const float size = random.log_uniform(20, 80);
    scene.add(props::solid(random, size, 0.88f),
              turn_about_y(turn) * cell + Vector3(random.normal(mess), 0, random.normal(mess)),
              random.uniform(0, 2 * kPi));
  }
}

}  // namespace

const Manner kSecondManner = {arrange_office, arrange_livingroom, arrange_warehouse,
                              arrange_greenhouse, arrange_geons};

}  // namespace geond::rendering
