// SPDX-License-Identifier: MIT
// Offices of the fifth manner: where many work in one room, and where they meet.
#include <algorithm>

#include "layout_lived_in.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr team_desk(Furnisher& furnisher, Random& random) {
  const float length = random.uniform(120, 180);
  return random.chance(0.5f) ? props::work_table(random, length)
                             : get_within(furnisher, random, Thing::kDesk, 190, 95);
}

// Double rows of the same desk, screens back to back, perhaps a low screen between the rows.
void rows_of_desks(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr desk = team_desk(furnisher, random);
  const int rows = random.between(1, 3), columns = random.between(1, 4);
  const float aisle = 2 * desk->size.z() + random.uniform(170, 240),
              step = desk->size.x() + random.uniform(4.5f, 20);
  const bool both_sides = random.chance(0.75f), screened = random.chance(0.5f);
  const float parted = desk->size.z() / 2 + (screened ? 9.0f : 3.0f),
              taken = random.uniform(0.6f, 1);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const float right = place_of(column, columns, step), forward = place_of(row, rows, aisle);
      if (random.chance(taken))
        workplace(scene, furnisher, random, desk, spot, right, forward + parted);
      if (both_sides && random.chance(taken))
        workplace(scene, furnisher, random, desk, spot, right, forward - parted, kPi);
      if (screened) {
        const Vector3 size(desk->size.x(), desk->size.y() + random.uniform(15, 50), 4);
        put(scene, props::block(random, size), spot, right, forward);
      }
    }
}

// Chest-high partitions round each desk.
void cubicles(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const float width = random.uniform(165, 215), depth = random.uniform(160, 205),
              height = random.uniform(105, 165);
  const ModelPtr back = props::block(random, Vector3(width - 6, height, 5)),
                 side = props::block(random, Vector3(5, height, depth - 30));
  const int columns = random.between(1, 3), ways = random.between(1, 2);
  for (int way = 0; way < ways; ++way) {
    const Spot row = {spot.position, spot.yaw + static_cast<float>(way) * kPi};
    for (int column = 0; column <= columns; ++column) {
      const float left = place_of(column, columns, width) - width / 2;
      put(scene, side, row, left, 12 + depth / 2);
      if (column == columns) break;
      const float right = left + width / 2;
      if (way == 0) put(scene, back, row, right, 0);
      const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, width - 20, 85);
      workplace(scene, furnisher, random, desk, row, right, 10 + desk->size.z() / 2);
    }
  }
}

// One long table, laptops and mugs at both of its sides, lamps above, chairs of any kind.
void shared_table(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const float length = random.uniform(220, 420);
  const auto table = put(scene, props::work_table(random, length), spot, 0, 0);
  if (!table) return fill_up(scene, furnisher, random, {Thing::kDesk, Thing::kOfficeChair}, 7);
  const int places = static_cast<int>(length / random.uniform(70, 110));
  const bool high = table->model->top > 90;
  const Thing seat = random.chance(0.5f) ? Thing::kChair : Thing::kOfficeChair;
  const ModelPtr stool = props::bar_stool(random), chair = furnisher.get(seat, random);
  const float step = length / static_cast<float>(places), depth = table->model->size.z();
  for (int side = 0; side < 2; ++side)
    for (int i = 0; i < places; ++i) {
      Instance half = *table;
      half.yaw += static_cast<float>(side) * kPi;
      const float right = place_of(i, places, step);
      if (random.chance(0.6f))
        set_on(scene, half, props::laptop(random), right, depth * 0.25f, random.normal(0.15f));
      if (random.chance(0.35f)) set_on(scene, half, props::mug(random), right + 26, depth * 0.3f);
      const ModelPtr one = high ? stool : random.chance(0.8f) ? chair : props::pouf(random);
      const float away = (depth + one->size.z()) / 2 + random.uniform(6, 30);
      if (random.chance(0.75f))
        put(scene, one, spot_of(half), right, away, kPi + random.normal(0.35f));
    }
  const int lamps = random.between(0, 3);
  for (int i = 0; i < lamps; ++i)
    hang_lamp(scene, furnisher, random, spot.at(place_of(i, lamps, length / 3), 0));
}

// Chairs all round, laptops and glasses on the table, a screen on the wall, a flip chart.
void meeting(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot front = wall_spot(scene, wall);
  const float away = wall_length(scene, (wall + 1) % 4) / 2;
  const float length = random.uniform(150, 320);
  const ModelPtr table = random.chance(0.6f) ? props::work_table(random, length)
                                             : furnisher.get(Thing::kDiningTable, random);
  const float turn = random.chance(0.5f) ? kPi / 2 : 0;
  if (const auto placed = put(scene, table, front, random.normal(20), away, turn)) {
    load(scene, furnisher, random, *placed,
         {Thing::kDeskItem, Thing::kDeskItem, Thing::kMonitor, Thing::kSmallPlant}, 7);
    const Thing seat = random.chance(0.6f) ? Thing::kOfficeChair : Thing::kChair;
    const float taken = random.uniform(0.5f, 1);
    seat_round(scene, random, *placed, furnisher.get(seat, random), taken);
    if (random.chance(0.4f)) hang_lamp(scene, furnisher, random, placed->position);
  }
  const float width = random.uniform(110, 220);
  hang(scene, props::block(random, Vector3(width, width * 0.56f, 5)), front, 0,
       random.uniform(85, 115));
  const float side = either_side(random);
  if (random.chance(0.7f))
    back_to(scene, props::flip_chart(random), front, side * (width / 2 + 60), 15);
  if (random.chance(0.4f))
    if (const auto board = back_to(scene, furnisher.get(Thing::kSideboard, random),
                                   wall_spot(scene, (wall + 2) % 4), 0))
      load(scene, furnisher, random, *board, {Thing::kDeskItem, Thing::kSmallPlant}, 4);
}

// Rows of tables that all look to the front, where there is a screen and somebody's own table.
void training_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot front = wall_spot(scene, wall);
  const float length = random.uniform(110, 170);
  const ModelPtr table = props::work_table(random, length);
  const Thing seat = random.chance(0.6f) ? Thing::kOfficeChair : Thing::kChair;
  const ModelPtr chair = furnisher.get(seat, random);
  const int rows = random.between(2, 4), columns = random.between(1, 3);
  const float step = table->size.z() + random.uniform(85, 125),
              apart = length + random.uniform(5, 80), computers = random.unit();
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const float right = place_of(column, columns, apart),
                  forward = 190 + static_cast<float>(row) * step;
      const auto placed = put(scene, table, front, right, forward);
      if (!placed) continue;
      const int seats = random.between(1, 2);
      for (int i = 0; i < seats; ++i) {
        const float place = place_of(i, seats, length / 2);
        if (random.chance(computers)) set_up_screens(scene, furnisher, random, *placed, place);
        put(scene, chair, spot_of(*placed), place, table->size.z() / 2 + 32,
            kPi + random.normal(0.25f));
      }
    }
  const float width = random.uniform(120, 240);
  hang(scene, props::block(random, Vector3(width, width * 0.6f, 4)), front, 0, 90);
  if (random.chance(0.6f))
    put(scene, props::flip_chart(random), front, width / 2 + 60, 40, random.normal(0.3f));
  const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, 150, 80);
  if (random.chance(0.6f))
    workplace(scene, furnisher, random, desk, front, random.normal(60), 95, kPi);
}

// Desks of one team and a sofa among them, with what makes an office look like a flat.
void sofa_among_desks(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  lounge(scene, furnisher, random, wall_spot(scene, wall), random.normal(50), 4);
  const Spot far = wall_spot(scene, (wall + 2) % 4);
  const ModelPtr desk = team_desk(furnisher, random);
  const int desks = random.between(2, 4);
  const float forward = random.uniform(desk->size.z() / 2 + 4, 120);
  const bool to_wall = forward < 100;
  for (int i = 0; i < desks; ++i)
    workplace(scene, furnisher, random, desk, far, place_of(i, desks, desk->size.x() + 6), forward,
              to_wall ? 0 : kPi);
  if (random.chance(0.5f)) litter(scene, random, {props::pouf, props::basket}, 2);
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kFloorLamp}, 0, 3);
}

const std::vector<Setting> kOffices = {{rows_of_desks, 420, 900},   {rows_of_desks, 420, 900},
                                       {cubicles, 460, 800},        {shared_table, 380, 680},
                                       {meeting, 340, 620},         {training_room, 480, 820},
                                       {sofa_among_desks, 400, 680}};

}  // namespace

void arrange_lived_in_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.chance(0.55f)
                               ? random.pick(lived_in_laptop_places())
                               : pick_of_both(kOffices, lived_in_workplaces(), random);
  shape_room(scene, random, setting.least, setting.most);
  light_lived_in(scene, random);
  setting.arrange(scene, furnisher, random);
  const int more = extras(random);
  line_walls(scene, furnisher, random,
             {Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase, Thing::kDoor},
             more / 2);
  scatter(scene, furnisher, random,
          {Thing::kBin, Thing::kLargePlant, Thing::kOfficeChair, Thing::kOfficeStorage}, 0,
          more / 2);
  if (more > 2) litter(scene, random, {props::flip_chart, props::copier, props::bin}, 2);
  fill_up(scene, furnisher, random, {Thing::kDesk, Thing::kOfficeChair, Thing::kOfficeStorage}, 6);
  hang_pictures_about(scene, furnisher, random, 3);
  add_visitor(scene, furnisher, random, {Thing::kSofa, Thing::kCoffeeTable, Thing::kBall});
}

}  // namespace geond::rendering
