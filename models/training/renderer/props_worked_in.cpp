// SPDX-License-Identifier: MIT
// What rooms hold where people work, besides desks, chairs and cabinets.
#include <algorithm>
#include <cmath>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

void feet_of_steel(PropKit& kit, float width, float depth, float height, int steel) {
  const float column = kit.random().uniform(5, 9), inset = kit.random().uniform(8, 25);
  for (int side = -1; side <= 1; side += 2) {
    const float x = static_cast<float>(side) * (width / 2 - inset);
    kit.add(cube_at(Vector3(x, 0, 0), column, 3, depth * 0.9f), steel);
    kit.add(cube_at(Vector3(x, 3, 0), column, height - 3, column * 0.8f), steel);
  }
}

}  // namespace

ModelPtr work_table(Random& random, float length) {
  PropKit kit(random);
  const float depth = random.uniform(60, 100), height = random.uniform(66, 112);
  // Most stand at the height of one who sits, one in five at that of one who stands.
  const float level = random.chance(0.8f) ? std::min(height, 76.0f) : height;
  const int board =
      random.chance(0.5f) ? kit.wood(length) : kit.plain(muted_colour(random, 0.4f, 0.85f));
  kit.add(cube_at(Vector3(0, level - 3, 0), length, random.uniform(2, 5), depth), board);
  if (random.chance(0.7f))
    feet_of_steel(kit, length, depth, level - 3, kit.metal());
  else
    kit.legs(length, depth, level - 3, kit.metal());
  return kit.finish();
}

ModelPtr glass_screen(Random& random, float length, float height) {
  PropKit kit(random);
  const int bar = random.chance(0.6f) ? kit.dark() : kit.metal();
  const int panes = std::max(1, static_cast<int>(length / random.uniform(70, 130)));
  const float slice = length / static_cast<float>(panes), thick = random.uniform(3, 6);
  for (int i = 0; i <= panes; ++i)
    kit.add(
        cube_at(Vector3(static_cast<float>(i) * slice - length / 2, 0, 0), thick, height, thick),
        bar, PartRole::kUnsure);
  for (int i = 0; i < panes; ++i)
    kit.pane(Vector3((static_cast<float>(i) + 0.5f) * slice - length / 2, 0, 0), slice - thick,
             height, 1);
  kit.add(cube_at(Vector3(0, height - thick, 0), length, thick, thick), bar, PartRole::kUnsure);
  return kit.finish();
}

// What copies and prints for a whole floor: paper drawers, the copier, its lid, a tray at the side.
ModelPtr copier(Random& random) {
  PropKit kit(random);
  const int shell = kit.plain(Vector3::Constant(random.uniform(0.3f, 0.8f))), dark = kit.dark();
  const float width = random.uniform(50, 70), depth = random.uniform(45, 65),
              drawers = random.uniform(35, 65), body = random.uniform(25, 40);
  kit.add(cube_at(Vector3::Zero(), width, drawers, depth), random.chance(0.5f) ? shell : dark);
  kit.add(cube_at(Vector3(0, drawers, 0), width, body, depth), shell);
  kit.add(cube_at(Vector3(0, drawers + body, -4), width, random.uniform(5, 14), depth - 8),
          random.chance(0.5f) ? shell : dark);
  if (random.chance(0.5f))
    kit.add(cube_at(Vector3(width / 2 + 12, drawers + body / 2, 0), 24, 2, depth * 0.6f), dark);
  return kit.finish();
}

ModelPtr server_rack(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(55, 80), height = random.uniform(90, 210),
              depth = random.uniform(60, 100);
  const int frame = kit.dark(), unit = kit.metal();
  for (int side = -1; side <= 1; side += 2)
    kit.add(cube_at(Vector3(static_cast<float>(side) * (width / 2 - 2), 0, 0), 4, height, depth),
            frame);
  kit.add(cube_at(Vector3(0, height - 4, 0), width - 8, 4, depth), frame);
  for (float y = 4; y < height - 20;) {
    const float thick = random.uniform(4, 18);
    if (random.chance(0.75f))
      kit.add(cube_at(Vector3(0, y, random.uniform(-2, 2)), width - 9, thick, depth - 6),
              random.chance(0.6f) ? unit : frame);
    y += thick + random.uniform(0.5f, 4);
  }
  return kit.finish();
}

ModelPtr flip_chart(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(65, 120), height = random.uniform(80, 110),
              foot = random.uniform(60, 90);
  kit.add(cube_at(Vector3(0, foot, 0), width, height, 3), kit.plain(Vector3::Constant(0.8f)));
  const int steel = kit.metal();
  for (int side = -1; side <= 1; side += 2) {
    const float x = static_cast<float>(side) * width * 0.4f;
    kit.add(cylinder_at(Vector3(x, 0, -3), 1.5f, foot + 10), steel);
    kit.add(cube_at(Vector3(x, 0, 0), 4, 3, 50), steel);
  }
  return kit.finish();
}

// A tilted board on a column, as plans are drawn on.
ModelPtr drawing_board(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(90, 150), height = random.uniform(70, 90);
  Geon board = cube_at(Vector3::Zero(), width, 3, random.uniform(65, 95));
  board.axes = turn_about_x(random.uniform(0.2f, 0.8f));
  board.centre = Vector3(0, height + 12, 0);
  kit.add(board, random.chance(0.5f) ? kit.wood(60) : kit.plain(Vector3::Constant(0.75f)));
  feet_of_steel(kit, width * 0.8f, 60, height, kit.metal());
  return kit.finish();
}

// Folders side by side, one perhaps leaning.
ModelPtr folder_row(Random& random) {
  PropKit kit(random);
  const int count = random.between(2, 9), all_alike = kit.patterned(8);
  const float thick = random.uniform(4, 8), height = random.uniform(28, 33);
  const bool alike = random.chance(0.5f);
  for (int i = 0; i < count; ++i) {
    const float x = (static_cast<float>(i) - static_cast<float>(count - 1) / 2) * (thick + 0.3f);
    kit.add(cube_at(Vector3(x, 0, 0), thick, height, 27), alike ? all_alike : kit.patterned(8));
  }
  return kit.finish();
}

// Drawings and posters rolled up, standing in a tub.
ModelPtr paper_rolls(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(11, 17), height = random.uniform(25, 45);
  kit.add(vessel_at(random, Vector3::Zero(), radius, height), kit.patterned(20));
  const int count = random.between(1, 6), paper = kit.plain(Vector3::Constant(0.8f));
  for (int i = 0; i < count; ++i) {
    const float turn = random.uniform(0, 2 * kPi), length = random.uniform(60, 100);
    Geon roll = cylinder_at(Vector3::Zero(), random.uniform(2, 4), length);
    roll.axes = turn_about_y(turn) * turn_about_x(random.uniform(0.02f, 0.15f));
    roll.centre = Vector3(std::sin(turn), 0, std::cos(turn)) * (radius * 0.4f) +
                  Vector3(0, length / 2 + 2, 0);
    kit.add(roll, paper);
  }
  return kit.finish();
}

ModelPtr telephone(Random& random) {
  PropKit kit(random);
  const int glass = kit.dark();
  kit.add(cube_at(Vector3::Zero(), random.uniform(6.5f, 8), random.uniform(0.7f, 1.1f),
                  random.uniform(13, 17)),
          glass);
  return kit.finish();
}

ModelPtr notebook(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(12, 24), depth = width * random.uniform(1.3f, 1.5f);
  const int cover = random.chance(0.5f) ? kit.dark() : kit.patterned(width);
  if (random.chance(0.6f)) {
    kit.add(cube_at(Vector3::Zero(), width, random.uniform(0.8f, 2.5f), depth), cover);
    return kit.finish();
  }
  // Open: two leaves that bulge towards the fold, which is why they are no one's box for sure.
  const int paper = kit.plain(Vector3::Constant(random.uniform(0.65f, 0.85f)));
  kit.add(cube_at(Vector3::Zero(), 2 * width, 1, depth), paper, PartRole::kUnsure);
  return kit.finish();
}

ModelPtr mouse(Random& random) {
  PropKit kit(random);
  Geon shell = sphere_at(Vector3(0, 1, 0), 1);
  shell.half = Vector3(3.2f, 2.4f, 5.5f);
  const int surface = random.chance(0.5f) ? kit.dark() : kit.plain(Vector3::Constant(0.8f));
  kit.add(shell, surface, PartRole::kUnsure);
  return kit.finish();
}

ModelPtr papers(Random& random) {
  PropKit kit(random);
  const int count = random.between(1, 4), print = kit.patterned(9);
  const int paper = kit.plain(Vector3::Constant(random.uniform(0.65f, 0.85f)));
  for (int i = 0; i < count; ++i) {
    const float x = random.normal(6), z = random.normal(6), turn = random.normal(0.4f);
    Geon sheet = cube_at(Vector3(x, static_cast<float>(i) * 0.15f, z), 21, 0.12f, 29.7f);
    sheet.axes = turn_about_y(turn);
    kit.add(sheet, random.chance(0.75f) ? paper : print, PartRole::kNegative);
  }
  return kit.finish();
}

}  // namespace geond::rendering::props
