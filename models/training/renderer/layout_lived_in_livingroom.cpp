// SPDX-License-Identifier: MIT
// Living rooms of the fifth manner: what people would name the picture by, one thing each.
#include <algorithm>

#include "layout_lived_in.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

const Things kOnTables = {Thing::kTableItem, Thing::kTableItem, Thing::kTableItem,
                          Thing::kSmallPlant, Thing::kTableLamp};

// Somewhere along a wall, not always in its middle.
Spot along_wall(const Scene& scene, Random& random, int wall) {
  const Spot middle = wall_spot(scene, wall);
  return {middle.at(random.normal(0.08f) * wall_length(scene, wall), 0), middle.yaw};
}

// A low table at an angle of its own, laid with this and that.
void low_table(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot, float right,
               float forward) {
  const ModelPtr table =
      random.chance(0.6f) ? furnisher.get(Thing::kCoffeeTable, random) : props::side_table(random);
  const auto placed =
      put(scene, table, spot, right, forward + table->size.z() / 2, random.normal(0.1f));
  if (placed) load(scene, furnisher, random, *placed, kOnTables, 4);
}

// A large sofa with its chaise longue far in a corner, nested small tables, a pouf, a basket.
void large_corner_sofa(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = wall_spot(scene, wall);
  ModelPtr sofa = furnisher.get(Thing::kSofa, random);
  for (int i = 0; i < 10 && sofa->size.z() < 130; ++i) sofa = furnisher.get(Thing::kSofa, random);
  const float side = either_side(random), reach = (wall_length(scene, wall) - sofa->size.x()) / 2;
  back_to(scene, sofa, spot, side * std::max(0.0f, reach - 8));
  const float before = sofa->size.z() + random.uniform(10, 40);
  lay_rug(scene, furnisher, random, spot, before);
  const int tables = random.between(1, 2);
  for (int i = 0; i < tables; ++i)
    low_table(scene, furnisher, random, spot, side * (reach - static_cast<float>(i) * 75), before);
  litter(scene, random, {props::pouf, props::pouf, props::basket}, 3);
  if (random.chance(0.6f))
    back_to(scene, furnisher.get(Thing::kFloorLamp, random), spot,
            side * (reach - sofa->size.x() / 2 - 30), 8);
  hang(scene, furnisher.get(Thing::kPicture, random), spot, side * reach, random.uniform(110, 140));
}

// The screen on a low board or on the wall, a loudspeaker at each side, boxes and discs below.
void screen_and_speakers(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = along_wall(scene, random, blank_wall(scene, random));
  const ModelPtr board = furnisher.get(Thing::kSideboard, random),
                 television = furnisher.get(Thing::kTelevision, random),
                 speaker = props::speaker(random);
  if (const auto placed = back_to(scene, board, wall, 0)) {
    if (board->size.y() < 90 && random.chance(0.6f))
      set_on(scene, *placed, television, random.normal(8), -5);
    else
      hang(scene, television, wall, 0, board->size.y() + random.uniform(15, 40));
  }
  const float beside = (board->size.x() + speaker->size.x()) / 2 + random.uniform(7, 30);
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.85f))
      back_to(scene, speaker, wall, static_cast<float>(side) * beside, random.uniform(4, 15));
  if (random.chance(0.5f))
    hang_shelf(scene, furnisher, random, wall, beside + 60, 130, kOnTables, 4);
  if (random.chance(0.35f)) scene.focus = wall.at(0, 40, board->size.y());
  const float away = random.uniform(190, 290);
  const Spot opposite = {wall.at(0, away), wall.yaw + kPi};
  if (random.chance(0.7f))
    put(scene, get_within(furnisher, random, Thing::kSofa, 300, 120), opposite, random.normal(30),
        0, random.normal(0.1f));
  litter(scene, random, {props::pouf, props::basket, props::toy_tower, props::side_table}, 4);
}

// A fire, what stands on its mantel shelf, logs at its side, two seats turned to it.
void fireside(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = along_wall(scene, random, blank_wall(scene, random));
  const ModelPtr fire = props::fireplace(random);
  if (const auto placed = back_to(scene, fire, wall, 0, 2)) {
    set_out(scene, furnisher, random, *placed, {Thing::kTableItem}, 0, 5);
    if (random.chance(0.3f)) scene.focus = wall.at(0, 30, random.uniform(50, fire->top));
  }
  hang(scene, furnisher.get(Thing::kPicture, random), wall, random.normal(6), fire->top + 50);
  const float beside = fire->size.x() / 2;
  if (random.chance(0.6f)) back_to(scene, props::basket(random), wall, beside + 30, 10);
  const Thing seat = random.chance(0.65f) ? Thing::kArmchair : Thing::kSofa;
  const float away = random.uniform(150, 220), turned = random.uniform(0.3f, 1.3f);
  for (int side = -1; side <= 1; side += 2) {
    const float out = static_cast<float>(side);
    if (random.chance(0.85f))
      put(scene, get_within(furnisher, random, seat, 190, 100), wall, out * (beside + 35), away,
          kPi + out * turned);
  }
  lay_rug(scene, furnisher, random, wall, away - 20);
  if (random.chance(0.6f)) low_table(scene, furnisher, random, wall, 0, away - 30);
}

// A piano at the wall with its stool, a lamp on it and sheets beside, somebody to listen.
void piano_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = along_wall(scene, random, blank_wall(scene, random));
  const ModelPtr piano = props::piano(random);
  if (const auto placed = back_to(scene, piano, wall, 0, 5)) {
    set_on(scene, *placed, furnisher.get(Thing::kTableLamp, random), either_side(random) * 45, -15);
    if (random.chance(0.6f)) set_on(scene, *placed, props::book_stack(random), 0, -15);
  }
  const ModelPtr stool =
      random.chance(0.6f) ? props::pouf(random) : furnisher.get(Thing::kChair, random);
  put(scene, stool, wall, random.normal(10), piano->size.z() + stool->size.z() / 2 + 15, kPi);
  const float side = either_side(random);
  back_to(scene, furnisher.get(Thing::kBookcase, random), wall, side * 160);
  const Spot far = {wall.at(-side * 40, random.uniform(280, 380)), wall.yaw + kPi};
  lounge(scene, furnisher, random, far, 0, -60);
  if (random.chance(0.25f)) scene.focus = wall.at(0, 50, 95);
}

// As shops show it: a sofa, the same side table and lamp at both of its ends, a picture above.
void shop_window(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = along_wall(scene, random, blank_wall(scene, random));
  const ModelPtr sofa = get_within(furnisher, random, Thing::kSofa, 250, 115),
                 end = props::side_table(random), lamp = furnisher.get(Thing::kTableLamp, random);
  const float gap = random.uniform(3, 30);
  back_to(scene, sofa, wall, 0, gap);
  const float beside = (sofa->size.x() + end->size.x()) / 2 + random.uniform(5, 14);
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.9f))
      if (const auto placed = back_to(scene, end, wall, static_cast<float>(side) * beside, 12))
        set_on(scene, *placed, random.chance(0.85f) ? lamp : props::vase(random), 0, 0);
  const float before = sofa->size.z() + gap + random.uniform(25, 50);
  lay_rug(scene, furnisher, random, wall, before + 20);
  low_table(scene, furnisher, random, wall, 0, before);
  const int frames = random.between(0, 3);
  for (int i = 0; i < frames; ++i)
    hang(scene, furnisher.get(Thing::kPicture, random), wall, place_of(i, frames, 85), 125);
  if (random.chance(0.4f))
    scene.focus = wall.at(random.chance(0.5f) ? beside : 0, sofa->size.z() / 2, 60);
  const ModelPtr seat = furnisher.get(Thing::kArmchair, random);
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.4f))
      put(scene, seat, wall, static_cast<float>(side) * (beside + 20), before + 70,
          static_cast<float>(-side) * random.uniform(1.4f, 2.2f));
}

// A seat in the bay, plants and cushions on it, a small table and a chair drawn up.
void bay_window(Scene& scene, Furnisher& furnisher, Random& random) {
  const int side = random.below(4);
  const Spot wall = wall_spot(scene, side);
  const float length = random.uniform(0.4f, 0.85f) * wall_length(scene, side);
  if (const auto seat = back_to(scene, props::window_seat(random, length), wall, 0))
    load(scene, furnisher, random, *seat, {Thing::kSmallPlant, Thing::kTableItem}, 4);
  for (int end = -1; end <= 1; end += 2)
    if (random.chance(0.6f))
      back_to(scene,
              furnisher.get(random.chance(0.5f) ? Thing::kLargePlant : Thing::kBookcase, random),
              wall, static_cast<float>(end) * (length / 2 + 45));
  low_table(scene, furnisher, random, wall, random.normal(30), 85);
  const float away = random.uniform(190, 260);
  put(scene, furnisher.get(Thing::kArmchair, random), wall, random.normal(60), away,
      kPi + random.normal(0.5f));
  litter(scene, random, {props::basket, props::pouf, props::book_stack}, 3);
  if (random.chance(0.3f)) scene.focus = wall.at(0, 60, 50);
}

// Cooking, eating and sitting in one room: a counter with stools, the back of a sofa.
void open_kitchen(Scene& scene, Furnisher& furnisher, Random& random) {
  const int side = random.below(4);
  const Spot wall = wall_spot(scene, side);
  kitchen_counter(scene, furnisher, random, wall, random.normal(20), random.uniform(95, 150));
  const float fridge = random.uniform(55, 80), tall = random.uniform(85, 210);
  back_to(scene, props::block(random, Vector3(fridge, tall, 60)), wall,
          either_side(random) * wall_length(scene, side) * 0.33f);
  if (random.chance(0.6f))
    hang_shelf(scene, furnisher, random, wall, 0, 150, {Thing::kTableItem}, 6);
  const ModelPtr lamp = furnisher.get(Thing::kHangingLamp, random);
  const int lamps = random.between(0, 3);
  for (int i = 0; i < lamps; ++i)
    scene.add(lamp, wall.at(place_of(i, lamps, 70), 120, scene.room.size.y() - lamp->size.y()),
              wall.yaw);
  lounge(scene, furnisher, random, wall, random.normal(40), random.uniform(265, 320));
}

const std::vector<Setting> kLivingrooms = {
    {large_corner_sofa, 340, 560}, {screen_and_speakers, 320, 540}, {fireside, 320, 540},
    {piano_room, 400, 580},        {shop_window, 300, 520},         {bay_window, 300, 500},
    {open_kitchen, 440, 680}};

}  // namespace

void arrange_lived_in_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  const Setting& setting = random.chance(0.45f)
                               ? random.pick(lived_in_sofa_places())
                               : pick_of_both(kLivingrooms, lived_in_livingrooms(), random);
  shape_room(scene, random, setting.least, setting.most);
  light_lived_in(scene, random);
  setting.arrange(scene, furnisher, random);
  const int more = extras(random);
  line_walls(scene, furnisher, random,
             {Thing::kSideboard, Thing::kBookcase, Thing::kLivingExtra, Thing::kDoor}, more / 2);
  scatter(scene, furnisher, random,
          {Thing::kLargePlant, Thing::kFloorLamp, Thing::kArmchair, Thing::kLivingExtra}, 0,
          more / 2);
  if (more > 2) litter(scene, random, {props::basket, props::pouf, props::toy_tower}, 3);
  fill_up(scene, furnisher, random,
          {Thing::kArmchair, Thing::kCoffeeTable, Thing::kLargePlant, Thing::kSideboard}, 6);
  hang_pictures_about(scene, furnisher, random, 3);
  add_visitor(scene, furnisher, random, {Thing::kDesk, Thing::kCarton, Thing::kOfficeChair});
}

}  // namespace geond::rendering
