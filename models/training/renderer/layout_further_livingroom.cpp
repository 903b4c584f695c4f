// SPDX-License-Identifier: MIT
// Living rooms of the third manner.

#include "layout_further.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

const Things kTableWare = {Thing::kTableItem, Thing::kTableItem, Thing::kTableItem,
                           Thing::kTableLamp};

std::optional<Instance> laid_table(Scene& scene, Furnisher& furnisher, Random& random,
                                   const ModelPtr& table, const Spot& spot, float right,
                                   float forward) {
  const auto placed = put(scene, table, spot, right, forward);
  if (placed) load(scene, furnisher, random, *placed, kTableWare, 5);
  return placed;
}

// Sofas along both walls of a corner, the table in the angle, a lamp where they meet.
void corner_seating(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot corner = {wall_spot(scene, wall).at(-wall_length(scene, wall) / 2, 0),
                       static_cast<float>(wall) * kPi / 2};
  const ModelPtr long_one = get_within(furnisher, random, Thing::kSofa, 300, 140),
                 other =
                     get_within(furnisher, random,
                                random.chance(0.6f) ? Thing::kSofa : Thing::kArmchair, 240, 110),
                 table = furnisher.get(Thing::kCoffeeTable, random);
  const float start = random.uniform(45, 65);
  put(scene, furnisher.get(Thing::kFloorLamp, random), corner, 24, 24);
  put(scene, other, corner, other->size.z() / 2 + 4, start + other->size.x() / 2, kPi / 2);
  const float left = other->size.z() + random.uniform(9, 25);
  put(scene, long_one, corner, left + long_one->size.x() / 2, long_one->size.z() / 2 + 4);
  const float gap = random.uniform(25, 50);
  const float right = left + gap + table->size.x() / 2,
              forward = long_one->size.z() + gap + table->size.z() / 2;
  lay_rug(scene, furnisher, random, {corner.at(right, 0), corner.yaw}, forward);
  laid_table(scene, furnisher, random, table, corner, right, forward);
}

// Two sofas face to face, a table between them, perhaps a seat at its end.
void facing_sofas(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  lay_rug(scene, furnisher, random, spot, 0);
  laid_table(scene, furnisher, random, table, spot, 0, 0);
  const ModelPtr sofa = get_within(furnisher, random, Thing::kSofa, 300, 120);
  for (int side = 0; side < 2; ++side) {
    const ModelPtr seat =
        random.chance(0.8f) ? sofa : get_within(furnisher, random, Thing::kSofa, 300, 120);
    const float away = (table->size.z() + seat->size.z()) / 2 + random.uniform(25, 50);
    put(scene, seat, {spot.position, spot.yaw + static_cast<float>(side) * kPi}, 0, away, kPi);
  }
  const ModelPtr end = furnisher.get(Thing::kArmchair, random);
  if (random.chance(0.4f))
    put(scene, end, spot, (table->size.x() + end->size.z()) / 2 + 40, 0, -kPi / 2);
  if (random.chance(0.5f)) hang_lamp(scene, furnisher, random, spot.position);
}

// One seat, a lamp behind it, a small table beside it, books within reach.
void reading_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = {wall_spot(scene, wall).at(random.normal(25), 0),
                     static_cast<float>(wall) * kPi / 2};
  const ModelPtr seat = furnisher.get(Thing::kArmchair, random),
                 table = furnisher.get(Thing::kCoffeeTable, random),
                 shelf = furnisher.get(Thing::kBookcase, random);
  const float side = random.chance(0.5f) ? 1.0f : -1.0f, forward = random.uniform(55, 90);
  put(scene, furnisher.get(Thing::kFloorLamp, random), spot, -side * (seat->size.x() / 2 + 25), 28);
  put(scene, seat, spot, 0, forward, side * random.uniform(0, 0.6f));
  laid_table(scene, furnisher, random, table, spot,
             side * (seat->size.x() * 0.65f + table->size.x() / 2 + 12), forward + 15);
  put(scene, shelf, spot, side * (seat->size.x() / 2 + shelf->size.x() / 2 + 40),
      shelf->size.z() / 2 + 2);
  lay_rug(scene, furnisher, random, spot, forward + 40);
}

// What is watched, on a board or on the wall, shelves beside it, and who watches.
void television_wall(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = wall_spot(scene, wall);
  const ModelPtr board = furnisher.get(Thing::kSideboard, random);
  const auto placed = put(scene, board, spot, 0, board->size.z() / 2 + 2);
  if (placed && random.chance(0.5f))
    dress(scene, furnisher, random, *placed, {Thing::kTelevision, Thing::kTableItem});
  else
    hang(scene, furnisher.get(Thing::kTelevision, random), spot, 0, board->size.y() + 30);
  for (int side = -1; side <= 1; side += 2) {
    const ModelPtr shelf =
        furnisher.get(random.chance(0.5f) ? Thing::kBookcase : Thing::kLivingExtra, random);
    if (random.chance(0.7f))
      put(scene, shelf, spot,
          static_cast<float>(side) * ((board->size.x() + shelf->size.x()) / 2 + 15),
          shelf->size.z() / 2 + 2);
  }
  const Thing seat = random.chance(0.6f) ? Thing::kSofa : Thing::kArmchair;
  const int seats = seat == Thing::kSofa ? 1 : random.between(1, 3);
  const float away = random.uniform(190, 290);
  for (int i = 0; i < seats; ++i)
    put(scene, get_within(furnisher, random, seat, 320, 190), spot,
        (static_cast<float>(i) - static_cast<float>(seats - 1) / 2) * 125, away,
        kPi + random.normal(0.15f));
  lay_rug(scene, furnisher, random, spot, away - 80);
  if (random.chance(0.5f)) scatter(scene, furnisher, random, {Thing::kCoffeeTable}, 1, 1);
}

// The end of the room where one eats, and the back of a sofa that parts it from the rest.
void dining_end(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = wall_spot(scene, random.below(4));
  const ModelPtr table = furnisher.get(Thing::kDiningTable, random);
  const float forward = table->size.z() / 2 + random.uniform(80, 130);
  if (const auto placed = laid_table(scene, furnisher, random, table, spot, 0, forward)) {
    seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random),
               random.uniform(0.5f, 1));
    if (random.chance(0.75f)) hang_lamp(scene, furnisher, random, placed->position);
  }
  const ModelPtr board = furnisher.get(Thing::kSideboard, random);
  if (const auto placed = put(scene, board, spot, random.normal(40), board->size.z() / 2 + 2))
    load(scene, furnisher, random, *placed, kTableWare, 3);
  if (random.chance(0.7f)) {
    const ModelPtr sofa = get_within(furnisher, random, Thing::kSofa, 300, 130);
    put(scene, sofa, spot, random.normal(25),
        forward + (table->size.z() + sofa->size.z()) / 2 + random.uniform(75, 130));
  }
}

// Toys all over the floor, a sofa to watch the children from.
void playroom(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  lay_rug(scene, furnisher, random, spot, 0);
  scene.place_along_wall(random, furnisher.get(Thing::kSofa, random));
  line_walls(scene, furnisher, random, {Thing::kBookcase, Thing::kSideboard}, 3);
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  if (random.chance(0.6f))
    if (const auto placed = laid_table(scene, furnisher, random, table, spot, 60, 0))
      seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random), 0.5f);
  scatter(scene, furnisher, random, {Thing::kBall, Thing::kBall, Thing::kRing}, 3, 8);
  add_strays(scene, random, 5);
}

// All of a flat in one room, a shelf parting it.
void studio_flat(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr shelf = furnisher.get(Thing::kBookcase, random);
  put(scene, shelf, spot, random.normal(40), 0);
  const int wall = random.below(4);
  scene.place_along_wall(random, furnisher.get(Thing::kSofa, random), wall);
  const ModelPtr table = furnisher.get(Thing::kDiningTable, random);
  const Spot far = wall_spot(scene, (wall + 2) % 4);
  if (const auto placed =
          laid_table(scene, furnisher, random, table, far, random.normal(50), table->size.z() + 25))
    seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random), 0.6f);
  if (const Instance* board =
          scene.place_along_wall(random, furnisher.get(Thing::kSideboard, random), (wall + 1) % 4))
    load(scene, furnisher, random, *board, {Thing::kTelevision, Thing::kTableItem}, 3);
  hang_shelf(scene, furnisher, random, wall_spot(scene, wall), random.normal(50),
             random.uniform(140, 170), kTableWare, 4);
}

// A table with what stands on it, seen near, and the seat it belongs to.
void coffee_table_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = wall_spot(scene, random.below(4));
  const ModelPtr sofa = get_within(furnisher, random,
                                   random.chance(0.6f) ? Thing::kSofa : Thing::kArmchair, 230, 105);
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  put(scene, sofa, spot, 0, sofa->size.z() / 2 + 2);
  const float forward = sofa->size.z() + table->size.z() / 2 + random.uniform(8, 30);
  lay_rug(scene, furnisher, random, spot, forward);
  scene.focus = spot.at(0, forward, table->top);
  if (const auto placed = put(scene, table, spot, random.normal(15), forward))
    dress(scene, furnisher, random, *placed,
          {Thing::kTableItem, Thing::kTableItem, Thing::kTableItem, Thing::kTableLamp,
           Thing::kTableItem});
}

const std::vector<Setting> kLivingrooms = {
    {corner_seating, 420, 580},  {facing_sofas, 400, 580},     {reading_corner, 270, 430},
    {television_wall, 380, 580}, {dining_end, 380, 600},       {playroom, 330, 560},
    {studio_flat, 400, 600},     {coffee_table_near, 270, 420}};

}  // namespace

void arrange_further_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.pick(kLivingrooms);
  shape_room(scene, random, setting.least, setting.most);
  light_room(scene, random);
  setting.arrange(scene, furnisher, random);
  fill_up(
      scene, furnisher, random,
      {Thing::kSofa, Thing::kArmchair, Thing::kSideboard, Thing::kFloorLamp, Thing::kCoffeeTable},
      8);
  const int more = extras(random);
  line_walls(scene, furnisher, random,
             {Thing::kBookcase, Thing::kSideboard, Thing::kLivingExtra, Thing::kDoor}, more / 2);
  scatter(scene, furnisher, random,
          {Thing::kArmchair, Thing::kFloorLamp, Thing::kLargePlant, Thing::kChair, Thing::kBall,
           Thing::kLivingExtra},
          0, more / 2 + 1);
  hang_pictures_about(scene, furnisher, random, 4);
  add_visitor(scene, furnisher, random, {Thing::kDesk, Thing::kCarton, Thing::kOfficeChair});
}

}  // namespace geond::rendering
