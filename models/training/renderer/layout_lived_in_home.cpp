// SPDX-License-Identifier: MIT
// More living rooms of the fifth manner: large, tiny and crowded ones, and those that serve for
// more than sitting.
#include "layout_lived_in.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

const Things kOnTables = {Thing::kTableItem, Thing::kTableItem, Thing::kTableLamp,
                          Thing::kSmallPlant};

// A high room with columns: a sofa far from the walls, a long table, large plants.
void loft(Scene& scene, Furnisher& furnisher, Random& random) {
  scene.room.size.y() = random.uniform(320, 460);
  const Spot spot = middle_spot(scene, random);
  const ModelPtr column = props::block(
      random, Vector3(random.uniform(18, 45), scene.room.size.y(), random.uniform(18, 45)));
  const float apart = random.uniform(150, 260), off = random.uniform(-60, 60);
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.7f)) put(scene, column, spot, static_cast<float>(side) * apart, off);
  lounge(scene, furnisher, random, spot, random.normal(20), 20);
  const float length = random.uniform(160, 280);
  const ModelPtr table = random.chance(0.5f) ? props::work_table(random, length)
                                             : furnisher.get(Thing::kDiningTable, random);
  if (const auto placed = put(scene, table, spot, random.normal(30), -random.uniform(90, 150))) {
    load(scene, furnisher, random, *placed, kOnTables, 4);
    seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random), 0.7f);
    if (random.chance(0.6f)) hang_lamp(scene, furnisher, random, placed->position);
  }
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kFloorLamp}, 1, 4);
}

// So small that all stands wall to wall.
void tiny_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Thing seat = random.chance(0.7f) ? Thing::kSofa : Thing::kArmchair;
  const Spot spot = wall_spot(scene, wall), opposite = wall_spot(scene, (wall + 2) % 4);
  back_to(scene, get_within(furnisher, random, seat, 190, 95), spot, random.normal(20));
  const ModelPtr table = props::side_table(random);
  if (const auto placed = put(scene, table, spot, random.normal(35), 130))
    load(scene, furnisher, random, *placed, kOnTables, 3);
  const ModelPtr board = get_within(furnisher, random, Thing::kSideboard, 150, 50);
  if (const auto placed = back_to(scene, board, opposite, random.normal(20)))
    set_on(scene, *placed,
           furnisher.get(random.chance(0.7f) ? Thing::kTelevision : Thing::kTableLamp, random),
           random.normal(15), 0);
  hang_shelf(scene, furnisher, random, spot, random.normal(30), random.uniform(130, 170), kOnTables,
             5);
  line_walls(scene, furnisher, random, {Thing::kBookcase, Thing::kSmallPlant, Thing::kFloorLamp},
             4);
  litter(scene, random, {props::basket, props::pouf, props::book_stack, props::speaker}, 4);
}

// What children leave behind between a sofa and a low table.
void after_playing(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  lounge(scene, furnisher, random, wall, random.normal(30), 3);
  litter(scene, random,
         {props::toy_tower, props::toy_tower, props::ring_toy, props::basket, props::pouf,
          props::book_stack},
         12);
  const int balls = random.between(0, 4);
  for (int i = 0; i < balls; ++i) {
    const float radius = random.log_uniform(5, 28);
    scene.place_anywhere(random, props::ball(random, radius), 15);
  }
  if (random.chance(0.4f)) scene.focus = wall.at(random.normal(40), random.uniform(120, 200), 15);
  line_walls(scene, furnisher, random, {Thing::kSideboard, Thing::kBookcase}, 3);
}

// Fish and plants, a seat to look at them from.
void aquarium_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, blank_wall(scene, random));
  const ModelPtr tank = props::aquarium(random);
  const float off = random.normal(30);
  if (tank->size.y() > 70) {
    back_to(scene, tank, wall, off);
  } else {
    const ModelPtr board = furnisher.get(Thing::kSideboard, random);
    if (const auto placed = back_to(scene, board, wall, off)) set_on(scene, *placed, tank, 0, 0);
  }
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.7f))
      back_to(scene, furnisher.get(Thing::kLargePlant, random), wall,
              off + static_cast<float>(side) * random.uniform(105, 140), 15);
  const float away = random.uniform(170, 240), beside = random.normal(50);
  lounge(scene, furnisher, random, {wall.at(beside, away + 120), wall.yaw + kPi}, 0, 0);
  if (random.chance(0.3f)) scene.focus = wall.at(off, 25, 80);
}

// A table laid under its lamp, a board with bottles and bowls behind.
void table_under_lamp(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = {middle_spot(scene, random).position, quarter_turn(random)};
  const ModelPtr table = furnisher.get(Thing::kDiningTable, random);
  const auto placed = put(scene, table, spot, 0, 0);
  if (!placed) return;
  set_out(scene, furnisher, random, *placed, kOnTables, 1, 6);
  const float taken = random.uniform(0.4f, 1);
  seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random), taken);
  hang_lamp(scene, furnisher, random, placed->position);
  if (random.chance(0.35f)) scene.focus = placed->position + Vector3(0, table->top, 0);
  const Spot wall = wall_spot(scene, blank_wall(scene, random));
  const ModelPtr board = furnisher.get(Thing::kSideboard, random);
  if (const auto stood = back_to(scene, board, wall, random.normal(40)))
    load(scene, furnisher, random, *stood, kOnTables, 5);
  scene.place_along_wall(random, furnisher.get(Thing::kSofa, random));
}

// One works at home: a desk in the corner of a room in which everything else is for leisure.
void work_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, 150, 80);
  const float side = either_side(random);
  const float right = side * ((wall_length(scene, wall) - desk->size.x()) / 2 - 8);
  workplace(scene, furnisher, random, desk, spot, right, desk->size.z() / 2 + 4);
  const Spot other = wall_spot(scene, (wall + 2) % 4);
  lounge(scene, furnisher, random, other, random.normal(40), 4);
  const ModelPtr board = furnisher.get(Thing::kSideboard, random);
  if (const auto placed = back_to(scene, board, spot, -side * wall_length(scene, wall) * 0.2f))
    set_on(scene, *placed, furnisher.get(Thing::kTelevision, random), 0, 0);
  litter(scene, random, {props::basket, props::pouf, props::toy_tower, props::speaker}, 4);
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kFloorLamp, Thing::kArmchair}, 1,
          3);
}

// Books up to the ceiling, in piles on the floor, and a seat among them.
void library(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const float half = wall_length(scene, wall) / 2 - 6;
  line_up(scene, furnisher, random, wall_spot(scene, wall), -half, half * random.uniform(0.2f, 1),
          {Thing::kBookcase});
  const Spot spot = middle_spot(scene, random);
  const int seats = random.between(1, 3);
  const float angle = random.uniform(0, 2 * kPi);
  for (int i = 0; i < seats; ++i) {
    const Spot seat = {spot.position, angle + static_cast<float>(i) * random.uniform(1.3f, 2.2f)};
    put(scene, furnisher.get(Thing::kArmchair, random), seat, 0, random.uniform(80, 120),
        kPi + random.normal(0.2f));
  }
  const ModelPtr table = props::side_table(random);
  if (const auto placed = put(scene, table, spot, 0, 0))
    load(scene, furnisher, random, *placed, {Thing::kTableLamp, Thing::kTableItem}, 2);
  scatter(scene, furnisher, random, {Thing::kFloorLamp}, 0, 2);
  litter(scene, random, {props::book_stack, props::book_stack, props::basket, props::pouf}, 7);
}

// Seats of every sort round something low, at any angle, as guests leave them.
void evening_circle(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
  lay_rug(scene, furnisher, random, spot, 0);
  const float turn = random.uniform(0, kPi);
  if (const auto placed = put(scene, table, spot, 0, 0, turn))
    load(scene, furnisher, random, *placed, kOnTables, 5);
  const int seats = random.between(2, 6);
  for (int i = 0; i < seats; ++i) {
    const float choice = random.unit();
    const ModelPtr seat = choice < 0.25f  ? get_within(furnisher, random, Thing::kSofa, 230, 110)
                          : choice < 0.6f ? furnisher.get(Thing::kArmchair, random)
                          : choice < 0.8f ? furnisher.get(Thing::kChair, random)
                                          : props::pouf(random);
    const float angle = turn + 2 * kPi * static_cast<float>(i) / static_cast<float>(seats),
                away = (table->size.x() + seat->size.z()) / 2 + random.uniform(25, 60);
    put(scene, seat, {spot.position, angle}, 0, away, kPi + random.normal(0.25f));
  }
  line_walls(scene, furnisher, random, {Thing::kSideboard, Thing::kBookcase}, 3);
}

// A board and what is put on it for show, seen near.
void still_life(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, blank_wall(scene, random));
  const ModelPtr board = furnisher.get(Thing::kSideboard, random);
  if (const auto placed = back_to(scene, board, wall, random.normal(20))) {
    set_out(scene, furnisher, random, *placed, kOnTables, 2, 7);
    scene.focus = placed->position + Vector3(0, board->top + 10, 0);
  }
  hang(scene, furnisher.get(Thing::kPicture, random), wall, random.normal(20), board->top + 50);
  for (int side = -1; side <= 1; side += 2) {
    const ModelPtr beside = random.chance(0.4f)   ? furnisher.get(Thing::kArmchair, random)
                            : random.chance(0.5f) ? furnisher.get(Thing::kFloorLamp, random)
                                                  : furnisher.get(Thing::kLargePlant, random);
    back_to(scene, beside, wall,
            static_cast<float>(side) * ((board->size.x() + beside->size.x()) / 2 + 30), 12);
  }
  litter(scene, random, {props::pouf, props::basket, props::side_table}, 3);
  if (random.chance(0.5f))
    scene.place_anywhere(random, get_within(furnisher, random, Thing::kSofa, 220, 100));
}

}  // namespace

const std::vector<Setting>& lived_in_livingrooms() {
  static const std::vector<Setting> all = {{loft, 520, 820},
                                           {tiny_room, 230, 320},
                                           {after_playing, 300, 520},
                                           {aquarium_corner, 340, 520},
                                           {table_under_lamp, 320, 560},
                                           {work_corner, 360, 560},
                                           {library, 320, 560},
                                           {evening_circle, 360, 600},
                                           {still_life, 270, 430}};
  return all;
}

}  // namespace geond::rendering
