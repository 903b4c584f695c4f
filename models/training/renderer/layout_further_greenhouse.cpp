// SPDX-License-Identifier: MIT
// Greenhouses of the third manner.
#include <algorithm>
#include <cmath>

#include "layout_further.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Pots of one kind side by side over the whole top.
void cover_with_pots(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base) {
  const bool alike = random.chance(0.5f);
  const ModelPtr model = furnisher.get(Thing::kSmallPlant, random);
  const float pitch = std::max(model->size.x(), model->size.z()) + random.uniform(1, 14);
  const Vector3 size = base.model->size;
  const int columns = std::min(12, static_cast<int>(size.x() / pitch)),
            rows = std::min(4, static_cast<int>(size.z() / pitch));
  for (int i = 0; i < columns; ++i)
    for (int j = 0; j < rows; ++j) {
      if (random.chance(0.15f)) continue;
      const Vector3 place((static_cast<float>(i) - static_cast<float>(columns - 1) / 2) * pitch,
                          base.model->top,
                          (static_cast<float>(j) - static_cast<float>(rows - 1) / 2) * pitch);
      scene.add(alike ? model : furnisher.get(Thing::kSmallPlant, random), base.to_world(place),
                random.uniform(0, 2 * kPi), base.scale);
    }
}

// Tables across the house in rows, a path along the middle.
void cross_benches(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = {Vector3::Zero(), quarter_turn(random)};
  const bool turned = std::fabs(std::cos(spot.yaw)) < 0.5f;
  const float width = turned ? scene.room.size.z() : scene.room.size.x(),
              depth = turned ? scene.room.size.x() : scene.room.size.z();
  const float path = random.uniform(60, 110), length = (width - path) / 2 - 25;
  const bool plain = random.chance(0.4f);
  const float height = random.uniform(30, 85), deep = random.uniform(50, 90);
  for (float forward = -depth / 2 + 70; forward < depth / 2 - 50;
       forward += deep + random.uniform(60, 110))
    for (int side = -1; side <= 1; side += 2) {
      const ModelPtr table = plain ? props::block(random, Vector3(length, height, deep))
                                   : props::plant_bench(random, length);
      const auto placed =
          put(scene, table, spot, static_cast<float>(side) * (path + length) / 2, forward);
      if (placed && plain) cover_with_pots(scene, furnisher, random, *placed);
    }
}

// Steps along a wall, pots on each of them.
void stepped_shelves(Scene& scene, Furnisher& furnisher, Random& random) {
  const int first = random.below(4), walls = random.between(1, 2);
  for (int side = 0; side < walls; ++side) {
    const int wall = (first + 2 * side) % 4;
    const float length = wall_length(scene, wall) * random.uniform(0.4f, 0.9f),
                tread = random.uniform(28, 42), rise = random.uniform(18, 30);
    const int steps = random.between(2, 4);
    const float right = random.normal(15);
    for (int step = 0; step < steps; ++step) {
      const Vector3 size(length, rise * static_cast<float>(steps - step), tread);
      // Steps touch: none would be free beside the other.
      const Spot front = {wall_spot(scene, wall).at(0, 6 + tread * static_cast<float>(step)),
                          static_cast<float>(wall) * kPi / 2};
      const Instance stood =
          scene.add(props::block(random, size), front.at(right, tread / 2), front.yaw);
      cover_with_pots(scene, furnisher, random, stood);
    }
    const Vector3 middle = wall_spot(scene, wall).at(right, tread * static_cast<float>(steps) / 2);
    const float deep = tread * static_cast<float>(steps) / 2 + 6;
    scene.occupy(middle.x(), middle.z(), wall % 2 ? deep : length / 2,
                 wall % 2 ? length / 2 : deep);
  }
}

// Short raised beds on a grid, paths round each of them.
void raised_beds(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const float length = random.uniform(90, 220), path = random.uniform(35, 80);
  for (int i = -1; i <= 1; ++i)
    for (int j = -2; j <= 2; ++j)
      if (random.chance(0.85f))
        put(scene, props::plant_bed(random, length), spot, static_cast<float>(i) * (length + path),
            static_cast<float>(j) * (115 + path));
  scatter(scene, furnisher, random, {Thing::kDrum, Thing::kHose, Thing::kGardenItem}, 0, 4);
}

// Pots on cords under the roof, in rows; something lower below them.
void hanging_pots(Scene& scene, Furnisher& furnisher, Random& random) {
  const int rows = random.between(1, 3), count = random.between(3, 7);
  const float height = random.uniform(115, 165), pitch = random.uniform(40, 65);
  const Spot spot = middle_spot(scene, random);
  for (int row = 0; row < rows; ++row)
    for (int i = 0; i < count; ++i) {
      const ModelPtr pot = furnisher.get(Thing::kSmallPlant, random);
      const Vector3 foot =
          spot.at(place_of(i, count, pitch),
                  (static_cast<float>(row) - static_cast<float>(rows - 1) / 2) * 110,
                  height + random.normal(8));
      const Vector3 earth = foot + Vector3(0, pot->size.y() * 0.4f, 0);
      scene.add(pot, foot, random.uniform(0, 2 * kPi));
      scene.add(props::cord(random, scene.room.size.y() - earth.y()), earth, 0);
    }
  scatter(scene, furnisher, random,
          {Thing::kLargePlant, Thing::kLargePlant, Thing::kGardenItem, Thing::kSmallPlant}, 4, 10);
}

// A table to pot plants at, tools and cans on it and under it, shelves above.
void potting_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  const Vector3 size(random.uniform(110, 220), random.uniform(4, 90), random.uniform(50, 75));
  const ModelPtr table =
      size.y() < 40 ? furnisher.get(Thing::kDiningTable, random) : props::block(random, size);
  if (const auto placed = put(scene, table, spot, random.normal(25), table->size.z() / 2 + 8)) {
    load(scene, furnisher, random, *placed,
         {Thing::kSmallPlant, Thing::kSmallPlant, Thing::kHose, Thing::kTableItem}, 7);
    for (float height = 130; height < 190; height += 45)
      if (random.chance(0.6f))
        hang_shelf(scene, furnisher, random, spot, random.normal(30), height, {Thing::kSmallPlant},
                   6);
  }
  for (int i = random.between(1, 4); i > 0; --i)
    scene.place_anywhere(random, props::watering_can(random));
  scatter(scene, furnisher, random,
          {Thing::kGardenItem, Thing::kSmallPlant, Thing::kHose, Thing::kBin, Thing::kLargePlant},
          3, 9);
}

// Small pots by the hundred on the floor, in squares of one kind with paths between them.
void nursery(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const float side = random.uniform(90, 150), path = random.uniform(35, 70);
  const Vector3 tray(side, random.uniform(1, 6), side);
  for (int i = -1; i <= 1; ++i)
    for (int j = -1; j <= 1; ++j)
      if (random.chance(0.8f))
        if (const auto placed =
                put(scene, props::block(random, tray), spot, static_cast<float>(i) * (side + path),
                    static_cast<float>(j) * (side + path)))
          cover_with_pots(scene, furnisher, random, *placed);
}

// Few large plants among which one sits.
void winter_garden(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  line_walls(scene, furnisher, random, {Thing::kLargePlant}, 8);
  if (random.chance(0.6f)) {
    const ModelPtr table = furnisher.get(Thing::kCoffeeTable, random);
    if (const auto placed = put(scene, table, spot, 0, 0)) {
      load(scene, furnisher, random, *placed, {Thing::kSmallPlant, Thing::kTableItem}, 2);
      seat_round(scene, random, *placed, furnisher.get(Thing::kChair, random), 0.4f);
    }
  }
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kLargePlant, Thing::kGardenItem}, 5,
          10);
}

// What waters the plants, and a few that it waters.
void water_store(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const float half = wall_length(scene, wall) / 2;
  line_up(scene, furnisher, random, wall_spot(scene, wall), -half + 10, half * 0.6f,
          {Thing::kDrum, Thing::kGardenItem, Thing::kHose, Thing::kLargePlant});
  for (int i = random.between(2, 6); i > 0; --i)
    scene.place_anywhere(random, props::watering_can(random));
  scatter(scene, furnisher, random,
          {Thing::kHose, Thing::kSmallPlant, Thing::kSmallPlant, Thing::kLargePlant}, 7, 14);
}

const std::vector<Setting> kGreenhouses = {{cross_benches, 380, 850},  {stepped_shelves, 300, 550},
                                           {raised_beds, 420, 800},    {hanging_pots, 290, 480},
                                           {potting_corner, 280, 460}, {nursery, 350, 620},
                                           {winter_garden, 310, 480},  {water_store, 280, 420}};

// A glasshouse with or without its bars; sometimes the open ground beside it or a shed with
// windows.
void enclose_greenhouse(Scene& scene, Random& random) {
  const float choice = random.unit();
  if (choice > 0.88f) {
    light_room(scene, random);
    scene.add_window(random, 200, 130, random.uniform(6, 15));
    return;
  }
  scene.room.enclosure = choice < 0.76f ? Enclosure::kGlasshouse : Enclosure::kOutdoors;
  if (choice < 0.6f)
    scene.add(props::glasshouse_frame(random, scene.room.size), Vector3::Zero(), 0);
  scene.add_sun(random);
}

}  // namespace

void arrange_further_greenhouse(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.pick(kGreenhouses);
  shape_room(scene, random, setting.least, setting.most);
  enclose_greenhouse(scene, random);
  setting.arrange(scene, furnisher, random);
  fill_up(scene, furnisher, random,
          {Thing::kSmallPlant, Thing::kLargePlant, Thing::kLargePlant, Thing::kGardenItem}, 10);
  scatter(scene, furnisher, random,
          {Thing::kSmallPlant, Thing::kLargePlant, Thing::kGardenItem, Thing::kHose}, 0,
          extras(random));
  add_visitor(scene, furnisher, random, {Thing::kCarton, Thing::kChair, Thing::kDesk});
}

}  // namespace geond::rendering
