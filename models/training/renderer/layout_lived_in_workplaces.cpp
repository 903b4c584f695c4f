// SPDX-License-Identifier: MIT
// More offices of the fifth manner: rooms of one or two people, and what an office needs besides
// desks.
#include "layout_lived_in.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Behind a glass wall: a large desk across the room, chairs for visitors before it, a cabinet
// behind.
void behind_glass(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot back = wall_spot(scene, wall);
  const float forward = random.uniform(125, 170);
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  workplace(scene, furnisher, random, desk, back, random.normal(25), forward, kPi);
  const Thing seat = random.chance(0.5f) ? Thing::kChair : Thing::kArmchair;
  const ModelPtr guest = get_within(furnisher, random, seat, 90, 90);
  const int guests = random.between(0, 2);
  for (int i = 0; i < guests; ++i)
    put(scene, guest, back, (static_cast<float>(i) - 0.5f) * (guest->size.x() + 20),
        forward + (desk->size.z() + guest->size.z()) / 2 + 20, kPi + random.normal(0.25f));
  const ModelPtr cabinet =
      furnisher.get(random.chance(0.5f) ? Thing::kSideboard : Thing::kOfficeStorage, random);
  if (const auto placed = back_to(scene, cabinet, back, random.normal(60)))
    if (cabinet->size.y() < 130)
      load(scene, furnisher, random, *placed, {Thing::kDeskItem, Thing::kSmallPlant}, 3);
  const Spot side = wall_spot(scene, (wall + 1) % 4);
  const float length = wall_length(scene, (wall + 1) % 4) * random.uniform(0.6f, 0.95f),
              inset = random.uniform(5, 90), height = random.uniform(200, 235);
  if (random.chance(0.75f)) put(scene, props::glass_screen(random, length, height), side, 0, inset);
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kFloorLamp}, 0, 2);
}

// A counter visitors come to, somebody's screen and chair behind it, seats to wait on.
void reception(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot back = wall_spot(scene, wall);
  const float length = random.uniform(140, 280), forward = random.uniform(140, 190);
  if (const auto counter = put(scene, props::counter(random, length), back, 0, forward)) {
    Instance within = *counter;
    within.yaw += kPi;
    set_up_screens(scene, furnisher, random, within, random.normal(25));
    set_on(scene, *counter, furnisher.get(Thing::kSmallPlant, random),
           either_side(random) * length * 0.4f, 0);
  }
  const float turned = random.normal(0.4f);
  put(scene, furnisher.get(Thing::kOfficeChair, random), back, random.normal(25), forward - 80,
      turned);
  line_up(scene, furnisher, random, back, -random.uniform(100, 200), random.uniform(60, 200),
          {Thing::kOfficeStorage});
  const Spot waiting = wall_spot(scene, (wall + (random.chance(0.5f) ? 1 : 2)) % 4);
  lounge(scene, furnisher, random, waiting, random.normal(50), 4);
  scatter(scene, furnisher, random, {Thing::kLargePlant}, 0, 2);
}

// Machines for paper, shelves with folders, cartons with more paper, bins for the waste.
void copy_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = blank_wall(scene, random);
  const Spot spot = wall_spot(scene, wall);
  float right = -wall_length(scene, wall) * random.uniform(0.2f, 0.4f);
  const int machines = random.between(1, 3);
  for (int i = 0; i < machines; ++i) {
    const ModelPtr machine = props::copier(random);
    back_to(scene, machine, spot, right + machine->size.x() / 2, random.uniform(4, 20));
    right += machine->size.x() + random.uniform(8, 50);
  }
  if (random.chance(0.5f)) scene.focus = spot.at(right - 90, 50, 90);
  const float length = random.uniform(90, 180);
  if (const auto table = back_to(scene, props::counter(random, length), spot, right + length / 2))
    load(scene, furnisher, random, *table, {Thing::kDeskItem, Thing::kDeskItem, Thing::kCarton}, 5);
  hang_shelf(scene, furnisher, random, spot, right + length / 2, 150, {Thing::kDeskItem}, 5);
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kDesk}, 3);
  litter(scene, random, {props::bin, props::paper_rolls, props::bin}, 4);
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kOfficeChair, Thing::kDesk}, 1, 4);
}

// Tilted boards with stools, plans rolled up in tubs, models on a large table.
void drawing_office(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr board = props::drawing_board(random);
  const int boards = random.between(1, 4);
  for (int i = 0; i < boards; ++i) {
    const float right = (static_cast<float>(i % 2) - 0.5f) * random.uniform(200, 260),
                forward = (static_cast<float>(i / 2) - 0.5f) * random.uniform(200, 260);
    const auto placed = put(scene, board, spot, right, forward, random.normal(0.1f));
    if (!placed) continue;
    const ModelPtr stool =
        random.chance(0.5f) ? props::bar_stool(random) : furnisher.get(Thing::kOfficeChair, random);
    const float askew = random.normal(0.4f);
    put(scene, stool, spot_of(*placed), random.normal(10),
        (board->size.z() + stool->size.z()) / 2 + 12, kPi + askew);
  }
  const float length = random.uniform(130, 220);
  const ModelPtr table = props::work_table(random, length);
  if (const Instance* placed = scene.place_along_wall(random, table)) {
    const Instance carrier = *placed;
    std::vector<ModelPtr> models;
    for (int i = random.between(1, 6); i > 0; --i)
      models.push_back(props::block(
          random, Vector3(random.uniform(8, 25), random.uniform(5, 40), random.uniform(8, 25))));
    models.push_back(props::folder_row(random));
    scene.place_on_top(random, carrier, models);
  }
  litter(scene, random, {props::paper_rolls, props::paper_rolls, props::flip_chart, props::bin}, 5);
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kDesk}, 3);
}

// Racks of computers along a wall, a table to mend things on, cartons of new ones.
void technical_corner(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  const int racks = random.between(1, 4);
  const ModelPtr rack = props::server_rack(random);
  const float start = -wall_length(scene, wall) * 0.4f, step = rack->size.x() + 5;
  for (int i = 0; i < racks; ++i)
    back_to(scene, random.chance(0.7f) ? rack : props::server_rack(random), spot,
            start + rack->size.x() / 2 + static_cast<float>(i) * step, 20);
  const float length = random.uniform(120, 200);
  const Spot other = wall_spot(scene, (wall + random.between(1, 3)) % 4);
  const int tables = random.between(1, 2);
  for (int i = 0; i < tables; ++i) {
    const ModelPtr table = props::work_table(random, length);
    workplace(scene, furnisher, random, table, other, (static_cast<float>(i) - 0.4f) * (length + 8),
              table->size.z() / 2 + 4);
  }
  scatter(scene, furnisher, random,
          {Thing::kCarton, Thing::kMonitor, Thing::kOfficeChair, Thing::kOfficeStorage}, 1, 5);
  if (random.chance(0.3f)) scene.focus = spot.at(start + 60, 60, 100);
}

// Cabinets in rows with aisles between, one desk where the files are read.
void filing_room(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const float half = wall_length(scene, wall) / 2 - 8;
  const Thing kind = random.chance(0.5f) ? Thing::kOfficeStorage : Thing::kBookcase;
  const Spot back = wall_spot(scene, wall);
  const int rows = random.between(1, 2);
  for (int row = 0; row < rows; ++row) {
    const Spot line = {back.at(0, static_cast<float>(row) * random.uniform(140, 180)), back.yaw};
    for (const Instance& stood :
         line_up(scene, furnisher, random, line, -half, half * random.uniform(0.1f, 1), {kind}))
      if (stood.model->size.y() < 150 && random.chance(0.5f))
        set_on(scene, stood, props::folder_row(random), random.normal(8), 0);
  }
  const ModelPtr desk = furnisher.get(Thing::kDesk, random);
  workplace(scene, furnisher, random, desk, wall_spot(scene, (wall + 2) % 4), random.normal(60),
            desk->size.z() / 2 + 4);
  litter(scene, random, {props::folder_row, props::bar_stool, props::book_stack}, 4);
  scatter(scene, furnisher, random, {Thing::kCarton, Thing::kBin}, 0, 3);
}

// The day after the move: desks pushed together, chairs in a heap, boxes with and without a lid.
void just_moved(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot spot = middle_spot(scene, random);
  const ModelPtr desk = furnisher.get(Thing::kDesk, random),
                 chair = furnisher.get(Thing::kOfficeChair, random);
  const int desks = random.between(1, 3);
  for (int i = 0; i < desks; ++i)
    if (const auto placed = put(scene, desk, spot, random.normal(50),
                                (static_cast<float>(i) - 1) * (desk->size.z() + 6)))
      load(scene, furnisher, random, *placed,
           {Thing::kCarton, Thing::kMonitor, Thing::kDeskItem, Thing::kMonitor}, 3);
  const int chairs = random.between(1, 5);
  const Spot heap = {spot.at(desk->size.x() / 2 + 110, 0), spot.yaw};
  for (int i = 0; i < chairs; ++i) {
    const float turn = random.uniform(0, 2 * kPi);
    put(scene, chair, heap, static_cast<float>(i / 2) * 75, static_cast<float>(i % 2) * 78 - 40,
        turn);
  }
  const ModelPtr carton = furnisher.get(Thing::kCarton, random);
  const int piles = random.between(0, 4);
  for (int i = 0; i < piles; ++i) {
    const Spot wall = wall_spot(scene, random.below(4));
    const float right = random.normal(90);
    stack(scene, random, carton, wall, right, carton->size.z() / 2 + 6, random.between(1, 4));
  }
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kPicture, Thing::kDesk}, 4);
  scatter(scene, furnisher, random, {Thing::kLargePlant, Thing::kCarton, Thing::kBin}, 0, 4);
}

// Desks along the walls, everybody's back to the middle, shelves above.
void along_the_walls(Scene& scene, Furnisher& furnisher, Random& random) {
  const int first = random.below(4), walls = random.between(1, 3);
  const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, 170, 85);
  for (int i = 0; i < walls; ++i) {
    const int wall = (first + i) % 4;
    const Spot spot = wall_spot(scene, wall);
    const float half = wall_length(scene, wall) / 2 - 100;
    for (float x = -half; x < half; x += desk->size.x() + random.uniform(5, 90)) {
      workplace(scene, furnisher, random, desk, spot, x, desk->size.z() / 2 + 4);
      if (random.chance(0.3f))
        hang_shelf(scene, furnisher, random, spot, x, 150, {Thing::kDeskItem}, 4);
    }
  }
  if (random.chance(0.5f)) scatter(scene, furnisher, random, {Thing::kDiningTable}, 1, 1);
}

// A place of work seen near: screens, keys, papers, what is drunk.
void desk_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  const float length = random.uniform(110, 190);
  const ModelPtr desk =
      random.chance(0.5f) ? props::work_table(random, length) : furnisher.get(Thing::kDesk, random);
  const bool to_wall = random.chance(0.6f);
  const float forward = to_wall ? desk->size.z() / 2 + 4 : random.uniform(110, 140);
  if (const auto placed = workplace(scene, furnisher, random, desk, wall, random.normal(30),
                                    forward, to_wall ? 0 : kPi))
    scene.focus = placed->position + Vector3(0, desk->top + 8, 0);
  if (to_wall) hang_shelf(scene, furnisher, random, wall, 0, 145, {Thing::kDeskItem}, 5);
  line_walls(scene, furnisher, random, {Thing::kOfficeStorage, Thing::kBookcase}, 3);
  litter(scene, random, {props::bin, props::paper_rolls, props::basket}, 2);
}

// The counter for coffee beside the desks, high tables to stand at.
void coffee_break(Scene& scene, Furnisher& furnisher, Random& random) {
  const int wall = random.below(4);
  const Spot spot = wall_spot(scene, wall);
  kitchen_counter(scene, furnisher, random, spot, random.normal(40), 42);
  const int tables = random.between(0, 2);
  for (int i = 0; i < tables; ++i) {
    const ModelPtr stool = props::bar_stool(random);
    if (const Instance* placed = scene.place_anywhere(random, props::side_table(random), 60))
      seat_round(scene, random, Instance(*placed), stool, 0.5f);
  }
  const ModelPtr desk = get_within(furnisher, random, Thing::kDesk, 180, 90);
  const Spot far = wall_spot(scene, (wall + 2) % 4);
  const int desks = random.between(1, 3);
  for (int i = 0; i < desks; ++i)
    workplace(scene, furnisher, random, desk, far,
              (static_cast<float>(i) - 1) * (desk->size.x() + 10), desk->size.z() / 2 + 4);
  scatter(scene, furnisher, random, {Thing::kBin, Thing::kLargePlant, Thing::kOfficeChair}, 0, 3);
}

}  // namespace

const std::vector<Setting>& lived_in_workplaces() {
  static const std::vector<Setting> all = {
      {behind_glass, 320, 500},   {reception, 420, 640},        {copy_corner, 320, 520},
      {drawing_office, 400, 640}, {technical_corner, 340, 560}, {filing_room, 380, 600},
      {just_moved, 360, 600},     {along_the_walls, 340, 660},  {desk_near, 270, 430},
      {coffee_break, 380, 600}};
  return all;
}

}  // namespace geond::rendering
