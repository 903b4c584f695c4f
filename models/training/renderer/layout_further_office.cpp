// SPDX-License-Identifier: MIT
// Offices of the third manner.

#include "layout_further.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

void draw_up_chair(Scene& scene, Furnisher& furnisher, Random& random, const Instance& desk) {
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  const float away = (desk.model->size.z() + chair->size.z()) / 2 + random.uniform(6, 45);
  put(scene, chair, spot_of(desk), random.normal(12), away, kPi + random.normal(0.5f));
}

// Screens and what lies about them; somebody sits there or has just left.
void occupy_desk(Scene& scene, Furnisher& furnisher, Random& random, const Instance& desk,
                 int screens) {
  Things things(static_cast<size_t>(screens), Thing::kMonitor);
  things.resize(things.size() + static_cast<size_t>(random.between(0, 4)), Thing::kDeskItem);
  dress(scene, furnisher, random, desk, things);
  if (random.chance(0.85f)) draw_up_chair(scene, furnisher, random, desk);
}

// A desk with its back to the wall.
std::optional<Instance> desk_at_wall(Scene& scene, Furnisher& furnisher, Random& random,
                                     const Spot& wall, float right, float gap) {
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  return put(scene, desk, wall, right, desk->size.z() / 2 + gap);
}

// Rows of like places, each between partitions.
void call_centre(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  const float height = random.uniform(100, 165), wide = desk->size.x() + 16,
              deep = desk->size.z() + random.uniform(130, 200);
  const ModelPtr back = props::block(random, Vector3(wide - 5, height, 4)),
                 between = props::block(random, Vector3(4, height, desk->size.z()));
  const Spot spot = middle_spot(scene, random);
  const int rows = random.between(1, 3), seats = random.between(2, 6);
  for (int row = 0; row < rows; ++row)
    for (int seat = 0; seat < seats; ++seat) {
      const float right = (static_cast<float>(seat) - static_cast<float>(seats - 1) / 2) * wide;
      const float forward = (static_cast<float>(row) - static_cast<float>(rows - 1) / 2) * deep;
      put(scene, back, spot, right, forward - desk->size.z() / 2 - 7);
      put(scene, between, spot, right - wide / 2, forward);
      if (const auto placed = put(scene, desk, spot, right, forward))
        occupy_desk(scene, furnisher, random, *placed, random.between(1, 2));
    }
}

// A single work place as people have it at home, before a window or a picture.
void home_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  if (const auto desk =
          desk_at_wall(scene, furnisher, random, spot, random.normal(30), random.uniform(3, 30)))
    occupy_desk(scene, furnisher, random, *desk, random.between(1, 2));
  line_walls(scene, furnisher, random, {Thing::kBookcase, Thing::kOfficeStorage}, 2);
  if (random.chance(0.5f)) scatter(scene, furnisher, random, {Thing::kFloorLamp}, 1, 1);
}

// Tables end to end with seats on all sides and a screen at the head.
void meeting_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot head = wall_spot(scene, wall);
  const ModelPtr table =
      furnisher.get(random.chance(0.6f) ? Thing::kDesk : Thing::kDiningTable, random);
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  const float taken = random.uniform(0.6f, 1);
  std::vector<Instance> tables;
  float forward = random.uniform(110, 170) + table->size.x() / 2;
  for (int i = random.between(1, 3); i > 0; --i, forward += table->size.x() + 4.5f)
    if (const auto placed = put(scene, table, head, 0, forward, kPi / 2)) tables.push_back(*placed);
  for (const Instance& placed : tables) {
    seat_round(scene, random, placed, chair, taken);
    load(scene, furnisher, random, placed, {Thing::kMonitor, Thing::kDeskItem}, 4);
  }
  if (random.chance(0.7f))
    hang(scene, furnisher.get(Thing::kTelevision, random), head, random.normal(15),
         random.uniform(95, 130));
  else
    scene.place_along_wall(random, furnisher.get(Thing::kOfficeStorage, random), wall);
}

// A counter, who works behind it, and seats for those who wait.
void reception(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, blank_wall(scene, random));
  const Vector3 size(random.uniform(140, 240), random.uniform(95, 118), random.uniform(25, 50));
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  const float forward = desk->size.z() + random.uniform(95, 140);
  if (const auto counter = put(scene, props::block(random, size), wall, 0, forward + size.z() / 2))
    load(scene, furnisher, random, *counter, {Thing::kDeskItem, Thing::kSmallPlant}, 3);
  if (const auto placed = put(scene, desk, wall, 0, forward - desk->size.z() / 2 - 5, kPi))
    occupy_desk(scene, furnisher, random, *placed, random.between(1, 2));
  const Spot waiting = wall_spot(scene, random.below(4));
  line_up(scene, furnisher, random, waiting, random.uniform(-150, 0), 180,
          {random.chance(0.5f) ? Thing::kArmchair : Thing::kOfficeChair});
  if (random.chance(0.6f)) scatter(scene, furnisher, random, {Thing::kCoffeeTable}, 1, 1);
  scatter(scene, furnisher, random, {Thing::kLargePlant}, 0, 2);
}

// Shelves and cabinets wall to wall, a table for drawings or a printer among them.
void filing_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int first = random.below(4);
  for (int side = 0; side < 2; ++side) {
    const int wall = (first + side) % 4;
    const float half = wall_length(scene, wall) / 2;
    line_up(scene, furnisher, random, wall_spot(scene, wall), -half + random.uniform(5, 80),
            half * random.uniform(0, 0.9f),
            {Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase});
  }
  const ModelPtr table = furnisher.get(Thing::kDesk, random);
  if (const auto placed = put(scene, table, middle_spot(scene, random), 0, 30))
    occupy_desk(scene, furnisher, random, *placed, random.between(0, 1));
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kBin}, 0, 3);
}

// One long bench along a wall, screen beside screen, a shelf above.
void laboratory_bench(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = wall_spot(scene, wall);
  const float half = wall_length(scene, wall) / 2;
  for (const Instance& desk :
       line_up(scene, furnisher, random, spot, -half + 8, half - 5, {Thing::kDesk}))
    occupy_desk(scene, furnisher, random, desk, random.between(1, 4));
  for (float right = -half + 80; right < half - 80; right += 170)
    if (random.chance(0.6f))
      hang_shelf(scene, furnisher, random, spot, right, random.uniform(135, 170),
                 {Thing::kDeskItem, Thing::kCarton}, 5);
}

// A desk top and nearly nothing else, seen near.
void desk_top(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  const auto desk = desk_at_wall(scene, furnisher, random, wall, random.normal(15), 3);
  if (!desk) return;
  scene.focus = desk->position + Vector3(0, desk->model->top, 0);
  dress(scene, furnisher, random, *desk,
        {Thing::kMonitor, Thing::kDeskItem, Thing::kDeskItem, Thing::kDeskItem, Thing::kMonitor,
         Thing::kDeskItem, Thing::kDeskItem});
  if (random.chance(0.6f)) draw_up_chair(scene, furnisher, random, *desk);
  if (random.chance(0.4f))
    hang_shelf(scene, furnisher, random, wall, random.normal(20), random.uniform(130, 160),
               {Thing::kDeskItem}, 4);
}

const std::vector<Setting> kOffices = {{call_centre, 480, 900},   {home_office, 270, 400},
                                       {meeting_room, 380, 720},  {reception, 400, 650},
                                       {filing_corner, 320, 560}, {laboratory_bench, 320, 620},
                                       {desk_top, 200, 360},      {home_office, 250, 330}};

}  // namespace

void arrange_further_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.pick(kOffices);
  shape_room(scene, random, setting.least, setting.most);
  light_room(scene, random);
  setting.arrange(scene, furnisher, random);
  fill_up(scene, furnisher, random,
          {Thing::kOfficeChair, Thing::kOfficeStorage, Thing::kDesk, Thing::kBin}, 8);
  const int more = extras(random);
  line_walls(scene, furnisher, random,
             {Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase, Thing::kDoor},
             more / 2);
  scatter(scene, furnisher, random,
          {Thing::kBin, Thing::kOfficeChair, Thing::kLargePlant, Thing::kOfficeStorage}, 0,
          more / 2);
  hang_pictures_about(scene, furnisher, random, 2);
  add_visitor(scene, furnisher, random, {Thing::kCarton, Thing::kArmchair, Thing::kSideboard});
}

}  // namespace geond::rendering
