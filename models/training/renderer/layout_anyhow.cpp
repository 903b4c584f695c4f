// SPDX-License-Identifier: MIT
// The fourth manner: no arrangement at all. A scene is known by what stands in it, and each room
// holds a chance few of the kinds of things that belong there.
#include <algorithm>

#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// What may stand in a scene.
struct Inventory {
  // Things that carry others, and what they carry.
  Things carriers, carried;
  // What is drawn up to a carrier.
  Things drawn_up;
  Things along_walls, standing;
};

const Inventory kOffice = {
    {Thing::kDesk, Thing::kDesk, Thing::kDesk, Thing::kOfficeStorage},
    {Thing::kMonitor, Thing::kMonitor, Thing::kDeskItem, Thing::kDeskItem, Thing::kSmallPlant},
    {Thing::kOfficeChair},
    {Thing::kOfficeStorage, Thing::kBookcase, Thing::kDoor, Thing::kDesk, Thing::kOfficeChair},
    {Thing::kBin, Thing::kLargePlant, Thing::kOfficeChair, Thing::kCarton, Thing::kFloorLamp,
     Thing::kOfficeStorage}};

const Inventory kLivingroom = {
    {Thing::kCoffeeTable, Thing::kCoffeeTable, Thing::kDiningTable, Thing::kSideboard},
    {Thing::kTableItem, Thing::kTableItem, Thing::kTableLamp, Thing::kTelevision,
     Thing::kSmallPlant},
    {Thing::kSofa, Thing::kSofa, Thing::kArmchair, Thing::kChair},
    {Thing::kSofa, Thing::kBookcase, Thing::kSideboard, Thing::kLivingExtra, Thing::kDoor},
    {Thing::kArmchair, Thing::kFloorLamp, Thing::kLargePlant, Thing::kBall, Thing::kRing,
     Thing::kChair, Thing::kCoffeeTable}};

const Inventory kWarehouse = {
    {Thing::kLoadedPallet, Thing::kCarton, Thing::kStoreItem},
    {Thing::kCarton, Thing::kCarton, Thing::kStoreItem, Thing::kTrinket},
    {Thing::kCarton, Thing::kDrum, Thing::kTrafficCone},
    {Thing::kCartonWall, Thing::kLadder, Thing::kStoreItem, Thing::kLoadedPallet, Thing::kDrum},
    {Thing::kCarton, Thing::kDrum, Thing::kTyres, Thing::kTrafficCone, Thing::kVehicle,
     Thing::kLoadedPallet, Thing::kStoreItem}};

const Inventory kGreenhouse = {
    {Thing::kGardenItem, Thing::kDiningTable},
    {Thing::kSmallPlant, Thing::kSmallPlant, Thing::kTrinket},
    {Thing::kLargePlant, Thing::kSmallPlant, Thing::kGardenItem},
    {Thing::kLargePlant, Thing::kSmallPlant, Thing::kGardenItem, Thing::kHose},
    {Thing::kLargePlant, Thing::kSmallPlant, Thing::kSmallPlant, Thing::kGardenItem, Thing::kHose}};

// One kind of them at least, all at most.
Things some_of(const Things& things, Random& random) {
  Things chosen = things;
  random.shuffle(chosen);
  chosen.resize(static_cast<size_t>(random.between(1, static_cast<int>(chosen.size()))));
  return chosen;
}

void draw_up(Scene& scene, Furnisher& furnisher, Random& random, const Instance& carrier,
             const Things& things) {
  const int count = random.between(0, 3);
  for (int i = 0; i < count; ++i) {
    const ModelPtr model = furnisher.get(random.pick(things), random);
    const int side = random.below(4);
    const Vector3& size = carrier.model->size;
    const float depth = side % 2 ? size.x() : size.z();
    const Spot edge = {carrier.position, carrier.yaw + static_cast<float>(side) * kPi / 2};
    const float sideways = random.normal(size.x() / 4),
                away = (depth + model->size.z()) / 2 + random.uniform(5, 60);
    put(scene, model, edge, sideways, away, kPi + random.normal(0.4f));
  }
}

void place_carriers(Scene& scene, Furnisher& furnisher, Random& random, const Inventory& inventory,
                    const ModelPtr& first) {
  const Things carriers = some_of(inventory.carriers, random),
               carried = some_of(inventory.carried, random),
               drawn_up = some_of(inventory.drawn_up, random);
  const float at_wall = random.unit();
  const int count = random.between(1, 5);
  for (int i = 0; i < count; ++i) {
    const ModelPtr model = i == 0 ? first : furnisher.get(random.pick(carriers), random);
    const Instance* placed =
        random.chance(at_wall)
            ? scene.place_along_wall(random, model, -1, random.log_uniform(2, 90))
            : scene.place_anywhere(random, model, 40);
    if (!placed) continue;
    const Instance carrier = *placed;
    load(scene, furnisher, random, carrier, carried, 6);
    draw_up(scene, furnisher, random, carrier, drawn_up);
    if (random.chance(0.1f)) scene.focus = carrier.position + Vector3(0, carrier.model->top, 0);
  }
}

void stand_about(Scene& scene, Furnisher& furnisher, Random& random, const Inventory& inventory,
                 const ModelPtr& first) {
  place_carriers(scene, furnisher, random, inventory, first);
  line_walls(scene, furnisher, random, some_of(inventory.along_walls, random), 6);
  scatter(scene, furnisher, random, some_of(inventory.standing, random), 0, 7);
}

void office_anyhow(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 260, 800);
  light_room(scene, random);
  stand_about(scene, furnisher, random, kOffice, furnisher.get(Thing::kDesk, random));
}

void livingroom_anyhow(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 260, 640);
  light_room(scene, random);
  const Thing seat = random.chance(0.7f) ? Thing::kSofa : Thing::kArmchair;
  scene.place_along_wall(random, furnisher.get(seat, random), -1, random.log_uniform(2, 150));
  stand_about(scene, furnisher, random, kLivingroom, furnisher.get(Thing::kCoffeeTable, random));
}

void warehouse_anyhow(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 300, 1300);
  scene.room.size.y() = random.uniform(260, 560);
  light_room(scene, random);
  const ModelPtr first = random.chance(0.5f) ? props::rack(random, scene.room.size.y() - 30)
                                             : furnisher.get(Thing::kLoadedPallet, random);
  stand_about(scene, furnisher, random, kWarehouse, first);
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kCarton, Thing::kStoreItem}, 1, 8);
}

// Most greenhouses are of glass; a room full of plants is one too.
void greenhouse_anyhow(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 280, 900);
  if (random.chance(0.8f)) {
    scene.room.enclosure = Enclosure::kGlasshouse;
    scene.add(props::glasshouse_frame(random, scene.room.size), Vector3::Zero(), 0);
    scene.add_sun(random);
  } else {
    light_room(scene, random);
  }
  const float length = random.uniform(120, 400);
  stand_about(
      scene, furnisher, random, kGreenhouse,
      random.chance(0.6f) ? props::plant_bench(random, length) : props::plant_bed(random, length));
  scatter(scene, furnisher, random, {Thing::kSmallPlant, Thing::kLargePlant}, 2, 10);
}

// Loose things of every sort; no two belong together.
void oddments_anyhow(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 260, 560);
  light_place(scene, random, random.chance(0.3f));
  const int solids = random.between(3, 12);
  for (int i = 0; i < solids; ++i)
    scene.place_anywhere(random, props::solid(random, random.log_uniform(18, 110), 0.85f), 10);
  scatter(scene, furnisher, random, {Thing::kOddment, Thing::kTrinket}, 0, 4);
}

}  // namespace

const Manner kFourthManner = {office_anyhow, livingroom_anyhow, warehouse_anyhow, greenhouse_anyhow,
                              oddments_anyhow};

}  // namespace geond::rendering
