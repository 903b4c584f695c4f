// SPDX-License-Identifier: MIT
// Offices of the fifth manner as they are photographed today: laptops and what lies beside them,
// seen near, from above or over a shoulder, and teams round one table.
#include <algorithm>

#include "layout_lived_in.hpp"
#include "people.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr beside_a_laptop(Furnisher& furnisher, Random& random) {
  static const std::vector<ModelPtr (*)(Random&)> makers = {
      props::telephone, props::notebook, props::notebook, props::mouse, props::papers, props::mug};
  static const Things things = {Thing::kSmallPlant, Thing::kDeskItem};
  if (random.chance(0.75f)) return random.pick(makers)(random);
  return furnisher.get(random.pick(things), random);
}

// A laptop at its place at a table, `right` of the middle, and what its owner has laid beside it.
void lay_out_laptop(Scene& scene, Furnisher& furnisher, Random& random, const Instance& table,
                    float right, float room) {
  const float edge = table.model->size.z() / 2, askew = random.normal(0.2f);
  const float middle = edge - random.uniform(26, 42);
  set_on(scene, table, props::laptop(random), right + random.normal(4), middle, askew);
  for (int side = -1; side <= 1; side += 2) {
    if (room < 60 || random.chance(0.3f)) continue;
    const ModelPtr thing = beside_a_laptop(furnisher, random);
    if (thing->size.x() > room / 2 - 18) continue;
    const float aside = static_cast<float>(side) * (room / 4 + 10),
                forward = edge - random.uniform(18, 45), turn = random.normal(0.3f);
    set_on(scene, table, thing, right + aside, forward, turn);
  }
}

// A chair at that place of a table, and perhaps somebody on it who works there: where they sit.
std::optional<Spot> take_a_seat(Scene& scene, Random& random, const Instance& table,
                                const ModelPtr& chair, float right, float working) {
  if (random.chance(0.12f)) return {};
  const float away = (table.model->size.z() + chair->size.z()) / 2 + random.uniform(2, 26),
              askew = random.normal(0.3f);
  const auto seat = put(scene, chair, spot_of(table), right, away, kPi + askew);
  if (!seat || !random.chance(working)) return {};
  sit_down(scene, random, spot_of(*seat));
  return spot_of(*seat);
}

ModelPtr any_table(Furnisher& furnisher, Random& random, float length) {
  const float choice = random.unit();
  if (choice < 0.45f) return props::work_table(random, length);
  return furnisher.get(choice < 0.75f ? Thing::kDesk : Thing::kDiningTable, random);
}

// One place with a laptop, or two side by side, seen near; every third from above.
void laptop_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  const ModelPtr table = any_table(furnisher, random, random.uniform(110, 180));
  const bool to_wall = random.chance(0.5f);
  const float forward = to_wall ? table->size.z() / 2 + 4 : random.uniform(110, 150);
  const auto placed = put(scene, table, wall, random.normal(25), forward, to_wall ? 0 : kPi);
  if (!placed) return;
  scene.focus = placed->position + Vector3(0, table->top + 8, 0);
  scene.from_above = random.chance(0.35f);
  const int places = table->size.x() > 130 && random.chance(0.4f) ? 2 : 1;
  const float room = table->size.x() / static_cast<float>(places);
  const Thing seat = random.chance(0.6f) ? Thing::kOfficeChair : Thing::kChair;
  for (int i = 0; i < places; ++i) {
    const float right = place_of(i, places, room);
    lay_out_laptop(scene, furnisher, random, *placed, right, room);
    take_a_seat(scene, random, *placed, furnisher.get(seat, random), right, 0.5f);
  }
  if (random.chance(0.4f)) set_out(scene, furnisher, random, *placed, {Thing::kDeskItem}, 0, 2);
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kBookcase}, 2);
  if (random.chance(0.3f)) scatter(scene, furnisher, random, {Thing::kLargePlant}, 1, 1);
}

// What one works with, or a screen and its keyboard, and things about it, so near that the table
// fills the picture.
void desk_top_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const ModelPtr table = any_table(furnisher, random, random.uniform(150, 240));
  const auto placed = put(scene, table, middle_spot(scene, random), 0, 0, random.normal(0.6f));
  if (!placed) return;
  const float aside = random.normal(20), edge = table->size.z() / 2;
  if (random.chance(0.75f)) {
    const float forward = edge - random.uniform(15, 35), askew = random.normal(0.4f);
    set_on(scene, *placed, props::laptop(random), aside, forward, askew);
  } else {
    set_up_screens(scene, furnisher, random, *placed, aside);
  }
  const int count = random.between(1, 6);
  for (int i = 0; i < count; ++i) {
    const ModelPtr thing = beside_a_laptop(furnisher, random);
    const float side = i % 2 ? 1 : -1, row = static_cast<float>(i / 2) * 17;
    const float right = aside + side * random.uniform(26, 50),
                forward = edge - 8 - row - random.uniform(0, 8), turn = random.normal(0.5f);
    set_on(scene, *placed, thing, right, forward, turn);
  }
  scene.focus = placed->to_world(Vector3(aside + random.normal(15), table->top + 5, edge - 22));
  scene.from_above = random.chance(0.5f);
  take_a_seat(scene, random, *placed, furnisher.get(Thing::kOfficeChair, random), aside, 0.4f);
}

// Who works there, alone or side by side, looked at in the face or over a shoulder.
void colleagues_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const int places = random.between(1, 3);
  const bool looked_in_the_face = random.chance(0.6f);
  const float room = random.uniform(80, 110),
              length = std::max(110.0f, room * static_cast<float>(places));
  const ModelPtr table = props::work_table(random, length);
  const auto placed = put(scene, table, middle_spot(scene, random), 0, 0);
  if (!placed) return;
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  for (int i = 0; i < places; ++i) {
    const float right = place_of(i, places, room);
    if (random.chance(0.8f)) lay_out_laptop(scene, furnisher, random, *placed, right, room);
    const auto seat = take_a_seat(scene, random, *placed, chair, right, 0.9f);
    if (!seat || (scene.focus && random.chance(0.5f))) continue;
    look_at_sitter(scene, random, *seat, looked_in_the_face);
  }
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kBookcase}, 3);
  if (random.chance(0.3f)) scatter(scene, furnisher, random, {Thing::kLargePlant}, 1, 1);
}

// Laptops round a table, lamps above it, a board on the wall, desks with screens behind.
void team_table(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr table = any_table(furnisher, random, random.uniform(160, 320));
  const auto placed = put(scene, table, spot, 0, 0);
  if (!placed) return fill_up(scene, furnisher, random, {Thing::kDesk, Thing::kOfficeChair}, 7);
  const float length = table->size.x();
  const int places = std::max(1, static_cast<int>(length / random.uniform(65, 110)));
  const Thing seat = random.chance(0.5f) ? Thing::kOfficeChair : Thing::kChair;
  const ModelPtr chair = furnisher.get(seat, random);
  const float room = length / static_cast<float>(places), busy = random.uniform(0.5f, 1);
  for (int side = 0; side < 2; ++side)
    for (int i = 0; i < places; ++i) {
      Instance half = *placed;
      half.yaw += static_cast<float>(side) * kPi;
      const float right = place_of(i, places, room);
      if (random.chance(busy)) lay_out_laptop(scene, furnisher, random, half, right, room);
      take_a_seat(scene, random, half, chair, right, busy - 0.3f);
    }
  if (random.chance(0.3f)) scene.focus = placed->position + Vector3(0, table->top + 15, 0);
  const int lamps = random.between(0, 3);
  for (int i = 0; i < lamps; ++i)
    hang_lamp(scene, furnisher, random, spot.at(place_of(i, lamps, length / 3), 0));
  const float width = random.uniform(100, 240);
  const ModelPtr board = props::block(random, Vector3(width, width * 0.55f, 4));
  if (random.chance(0.5f)) hang(scene, board, wall_spot(scene, blank_wall(scene, random)), 0, 90);
  const int desks = random.between(0, 3), wall = random.below(4);
  for (int i = 0; i < desks; ++i) {
    const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, 170, 85);
    workplace(scene, furnisher, random, desk, wall_spot(scene, wall), place_of(i, desks, 180),
              desk->size.z() / 2 + 4);
  }
  if (random.chance(0.35f)) scatter(scene, furnisher, random, {Thing::kLargePlant}, 1, 2);
}

}  // namespace

const std::vector<Setting>& lived_in_laptop_places() {
  static const std::vector<Setting> all = {{laptop_near, 280, 460},
                                           {desk_top_near, 280, 460},
                                           {colleagues_near, 320, 520},
                                           {team_table, 380, 680}};
  return all;
}

}  // namespace geond::rendering
