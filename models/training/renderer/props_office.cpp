// SPDX-License-Identifier: MIT
#include <algorithm>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

// A screen that shows something, brightly or dimly.
void light_up(PropKit& kit, const Geon& screen, int body) {
  Random& random = kit.random();
  const int face = kit.patterned(2 * screen.half.x());
  kit.mesh().surfaces[face].glow = any_colour(random) * random.uniform(0, 0.6f);
  kit.draw_on(body, screen, face);
}

}  // namespace

ModelPtr desk(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(100, 180), depth = random.uniform(55, 90),
              height = random.uniform(68, 78);
  const int board = random.chance(0.6f) ? kit.wood(width) : kit.patterned(width),
            frame = kit.metal();
  kit.add(cube_at(Vector3(0, height - 3, 0), width, random.uniform(2, 5), depth), board);
  const float chest = random.uniform(35, 45);
  if (random.chance(0.5f)) {
    kit.add(cube_at(Vector3(width / 2 - chest / 2 - 2, 0, 0), chest, height - 4, depth - 6),
            random.chance(0.5f) ? board : frame);
    kit.add(cube_at(Vector3(-width / 2 + 3, 0, 0), 4, height - 3, depth - 6), board);
  } else if (random.chance(0.3f)) {
    for (int side = -1; side <= 1; side += 2)
      kit.add(cube_at(Vector3(static_cast<float>(side) * (width / 2 - 3), 0, 0), 4, height - 3,
                      depth - 6),
              board);
  } else {
    kit.legs(width, depth, height - 3, frame);
  }
  return kit.finish();
}

ModelPtr office_chair(Random& random) {
  PropKit kit(random);
  const int seat = kit.cloth(), frame = kit.dark();
  const float height = random.uniform(42, 50), width = random.uniform(42, 52);
  kit.add(cylinder_at(Vector3::Zero(), random.uniform(22, 28), random.uniform(3, 6)), frame);
  kit.add(cylinder_at(Vector3(0, 4, 0), random.uniform(2, 4), height - 8), frame);
  if (random.chance(0.3f))
    kit.add(cylinder_at(Vector3(0, height - 4, 0), width / 2, 7), seat);
  else
    kit.add(cube_at(Vector3(0, height - 4, 0), width, 7, width), seat);
  kit.add(cube_at(Vector3(0, height + 8, -width / 2 + 2), width * 0.9f, random.uniform(30, 60), 6),
          seat);
  return kit.finish();
}

ModelPtr filing_cabinet(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(38, 90), height = random.uniform(60, 190),
              depth = random.uniform(40, 60);
  const int body = random.chance(0.5f) ? kit.metal() : kit.patterned(width), handle = kit.dark();
  const int body_part = kit.add(cube_at(Vector3::Zero(), width, height, depth), body);
  const int drawers = random.between(1, 5);
  for (int i = 0; i < drawers; ++i) {
    const float y = height * (static_cast<float>(i) + 0.7f) / static_cast<float>(drawers);
    kit.draw_on(body_part, cube_at(Vector3(0, y, depth / 2), width * 0.3f, 2, 2), handle);
  }
  return kit.finish();
}

ModelPtr bookcase(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(60, 130), height = random.uniform(90, 220),
              depth = random.uniform(25, 40);
  const int board = kit.wood(width), levels = random.between(3, 6);
  for (int side = -1; side <= 1; side += 2)
    kit.add(cube_at(Vector3(static_cast<float>(side) * (width / 2 - 1.5f), 0, 0), 3, height, depth),
            board);
  kit.add(cube_at(Vector3(0, 0, -depth / 2 + 1), width - 6, height, 2), board, PartRole::kUnsure);
  const float step = (height - 3) / static_cast<float>(levels);
  for (int i = 0; i <= levels; ++i)
    kit.add(cube_at(Vector3(0, step * static_cast<float>(i), 0), width - 6, 3, depth), board,
            PartRole::kUnsure);
  for (int i = 0; i < levels; ++i) {
    float x = -width / 2 + 5;
    while (x < width / 2 - 10) {
      const bool block = random.chance(0.3f);
      const float w = block ? random.uniform(12, 30) : random.uniform(2, 6);
      if (x + w > width / 2 - 4) break;
      const float h = std::min(step - 5, random.uniform(14, 32));
      const Vector3 base(x + w / 2, step * static_cast<float>(i) + 3, 2);
      if (random.chance(0.8f))
        kit.add(cube_at(base, w, h, depth - 8), kit.patterned(w));
      else if (block)
        kit.add(cylinder_at(base, w / 2, h), kit.patterned(w));
      x += w + random.uniform(0, block ? 8.0f : 1.0f);
    }
  }
  return kit.finish();
}

ModelPtr monitor(Random& random) {
  PropKit kit(random);
  const int shell = kit.dark(), stand = random.chance(0.5f) ? shell : kit.metal();
  const float width = random.uniform(40, 70), height = width * random.uniform(0.5f, 0.8f),
              foot = random.uniform(4, 14);
  if (random.chance(0.4f))
    kit.add(cylinder_at(Vector3::Zero(), random.uniform(9, 13), 1.5f), stand);
  else
    kit.add(cube_at(Vector3::Zero(), random.uniform(16, 28), 1.5f, random.uniform(14, 20)), stand);
  kit.add(cube_at(Vector3(0, 1.5f, -2), 5, foot + height / 3, 2), stand);
  const int panel =
      kit.add(cube_at(Vector3(0, foot, 0), width, height, random.uniform(2, 5)), shell);
  if (random.chance(0.6f)) {
    const Geon lit = cube_at(Vector3(0, foot + 2, 1.5f), width - 4, height - 4, 3);
    light_up(kit, lit, panel);
  }
  return kit.finish();
}

ModelPtr laptop(Random& random) {
  PropKit kit(random);
  const int shell = random.chance(0.5f) ? kit.dark() : kit.metal(), keys = kit.dark();
  const float width = random.uniform(28, 38), depth = width * 0.68f;
  const int base = kit.add(cube_at(Vector3::Zero(), width, 1.8f, depth), shell);
  kit.draw_on(base, cube_at(Vector3(0, 1, -depth * 0.16f), width * 0.86f, 0.9f, depth * 0.46f),
              keys);
  const Matrix3 tilt = turn_about_x(-random.uniform(0.05f, 0.5f));
  const Vector3 hinge(0, 1.8f, -depth / 2);
  const auto at_lid = [&](Geon geon, float forward) {
    geon.axes = tilt;
    geon.centre = hinge + tilt * Vector3(0, depth / 2, forward);
    return geon;
  };
  const int lid = kit.add(at_lid(cube_at(Vector3::Zero(), width, depth, 1.2f), 0), shell);
  if (random.chance(0.75f))
    light_up(kit, at_lid(cube_at(Vector3::Zero(), width - 2, depth - 2, 0.4f), 0.6f), lid);
  return kit.finish();
}

ModelPtr keyboard(Random& random) {
  PropKit kit(random);
  kit.add(cube_at(Vector3::Zero(), random.uniform(35, 45), 2.5f, random.uniform(12, 16)),
          kit.patterned(6));
  return kit.finish();
}

ModelPtr bin(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(11, 18), height = random.uniform(24, 60);
  const int body = kit.patterned(radius);
  const float choice = random.unit();
  if (choice < 0.4f)
    kit.add(vessel_at(random, Vector3::Zero(), radius, height), body);
  else if (choice < 0.8f)
    kit.add(cone_at(Vector3::Zero(), radius * random.uniform(0.5f, 0.74f), radius, height), body);
  else
    kit.add(cube_at(Vector3::Zero(), radius * 2, height, radius * 1.6f), body);
  return kit.finish();
}

ModelPtr mug(Random& random) {
  PropKit kit(random);
  const int glaze = kit.patterned(8);
  const float radius = random.uniform(3.5f, 5), height = random.uniform(8, 12);
  kit.add(vessel_at(random, Vector3::Zero(), radius, height), glaze);
  Geon handle = torus_at(Vector3(radius + 1.2f, height / 2, 0), 3, 0.7f);
  handle.axes = turn_about_x(kPi / 2);
  kit.add(handle, glaze, PartRole::kUnsure);
  return kit.finish();
}

ModelPtr book_stack(Random& random) {
  PropKit kit(random);
  const int count = random.between(1, 5);
  float y = 0;
  for (int i = 0; i < count; ++i) {
    const float thick = random.uniform(2, 6);
    Geon book = cube_at(Vector3(0, y, 0), random.uniform(14, 22), thick, random.uniform(20, 30));
    book.axes = turn_about_y(random.normal(0.2f));
    kit.add(book, kit.patterned(12));
    y += thick;
  }
  return kit.finish();
}

ModelPtr picture_frame(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(25, 120), height = random.uniform(25, 90);
  kit.add(cube_at(Vector3::Zero(), width, height, 3), kit.dark(), PartRole::kNegative);
  kit.add(cube_at(Vector3(0, 3, 1), width - 6, height - 6, 2), kit.patterned(width),
          PartRole::kNegative);
  return kit.finish();
}

ModelPtr door(Random& random) {
  PropKit kit(random);
  const int leaf = random.chance(0.5f) ? kit.wood(60) : kit.plain(muted_colour(random, 0.3f, 0.8f));
  kit.add(cube_at(Vector3::Zero(), random.uniform(75, 100), random.uniform(195, 215), 5), leaf,
          PartRole::kNegative);
  kit.add(sphere_at(Vector3(-30, 100, 5), 3), kit.metal(), PartRole::kUnsure);
  return kit.finish();
}

}  // namespace geond::rendering::props
