// SPDX-License-Identifier: MIT
// What rooms hold where people live, besides the furniture that every shop has.
#include <algorithm>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {

ModelPtr pouf(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(20, 38), height = random.uniform(25, 46);
  const int cover = kit.cloth();
  const float choice = random.unit();
  if (choice < 0.45f)
    kit.add(cylinder_at(Vector3::Zero(), radius, height), cover);
  else if (choice < 0.8f)
    kit.add(cube_at(Vector3::Zero(), radius * 2, height, radius * random.uniform(1.4f, 2)), cover);
  else
    kit.cushion(Vector3(0, height / 2, 0), Vector3(radius, radius, height / 2),
                turn_about_x(kPi / 2), cover);
  return kit.finish();
}

ModelPtr basket(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(13, 26), height = random.uniform(18, 45);
  const int wicker = kit.patterned(random.uniform(4, 10));
  if (random.chance(0.6f))
    kit.add(vessel_at(random, Vector3::Zero(), radius, height), wicker);
  else
    kit.add(cube_at(Vector3::Zero(), radius * 2, height, radius * 1.5f), wicker);
  const int blankets = random.between(0, 2);
  for (int i = 0; i < blankets; ++i)
    kit.cushion(Vector3(random.normal(3), height + 2, random.normal(3)),
                Vector3(radius * 0.7f, radius * 0.6f, 7), turn_about_x(random.uniform(0.8f, 1.6f)),
                kit.cloth());
  return kit.finish();
}

// Jambs, hearth and mantel shelf round a dark hole with logs in it, perhaps the chimney above.
ModelPtr fireplace(Random& random) {
  PropKit kit(random);
  const int stone =
      random.chance(0.5f) ? kit.patterned(40) : kit.plain(muted_colour(random, 0.3f, 0.85f));
  const float hole = random.uniform(50, 90), rise = random.uniform(50, 80),
              jamb = random.uniform(14, 35), depth = random.uniform(25, 50),
              lintel = random.uniform(15, 35), shelf = random.uniform(4, 9);
  for (int side = -1; side <= 1; side += 2)
    kit.add(cube_at(Vector3(static_cast<float>(side) * (hole + jamb) / 2, 0, 0), jamb, rise, depth),
            stone);
  kit.add(cube_at(Vector3(0, rise, 0), hole + 2 * jamb, lintel, depth), stone);
  kit.add(cube_at(Vector3(0, 0, 2 - depth / 2), hole, rise, 4), kit.dark(), PartRole::kUnsure);
  kit.add(cube_at(Vector3(0, rise + lintel, 3), hole + 2 * jamb + 14, shelf, depth + 10),
          random.chance(0.6f) ? kit.wood(80) : stone);
  const int logs = random.between(0, 4), bark = kit.wood(12);
  for (int i = 0; i < logs; ++i) {
    const float radius = random.uniform(4, 7), length = hole * random.uniform(0.5f, 0.8f);
    Geon log = cylinder_at(Vector3::Zero(), radius, length);
    log.axes = turn_about_y(random.normal(0.15f)) * turn_about_z(kPi / 2);
    log.centre =
        Vector3(random.normal(3), radius + static_cast<float>(i / 2) * 9, i % 2 ? -7.0f : 7.0f);
    kit.add(log, bark);
  }
  return kit.finish();
}

ModelPtr speaker(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(16, 32), height = random.log_uniform(26, 115);
  const int body = random.chance(0.5f) ? kit.dark() : kit.wood(30), cone = kit.dark();
  kit.add(cube_at(Vector3::Zero(), width, height, width * random.uniform(0.9f, 1.3f)), body);
  const float front = width * 0.6f;
  float y = height * 0.25f;
  // The rings of a slim and tall one would get smaller for ever and not reach its top.
  for (float radius = width * 0.38f; radius > 1 && y + radius < height; radius *= 0.75f) {
    Geon ring = cylinder_at(Vector3::Zero(), radius, 2);
    ring.axes = turn_about_x(kPi / 2);
    ring.centre = Vector3(0, y, front);
    kit.add(ring, cone, PartRole::kUnsure);
    y += radius * 2.1f;
  }
  return kit.finish();
}

// An upright one: the tall case, the keys that come forward, the cheeks under them.
ModelPtr piano(Random& random) {
  PropKit kit(random);
  const int body = random.chance(0.6f) ? kit.dark() : kit.wood(80);
  const float width = random.uniform(135, 152), height = random.uniform(100, 130);
  kit.add(cube_at(Vector3(0, 0, -15), width, height, random.uniform(30, 38)), body);
  kit.add(cube_at(Vector3(0, 60, 18), width, 10, 32), body);
  kit.add(cube_at(Vector3(0, 70, 22), width - 12, 2, 15), kit.plain(Vector3::Constant(0.85f)),
          PartRole::kUnsure);
  for (int side = -1; side <= 1; side += 2)
    kit.add(cube_at(Vector3(static_cast<float>(side) * (width / 2 - 4), 0, 28), 7, 60, 7), body);
  return kit.finish();
}

// A tank of glass on a cupboard, with gravel, stones and weeds.
ModelPtr aquarium(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(60, 130), depth = random.uniform(32, 50),
              stand = random.uniform(0, 80), height = random.uniform(35, 55);
  if (stand > 30)
    kit.add(cube_at(Vector3::Zero(), width, stand, depth),
            random.chance(0.5f) ? kit.dark() : kit.wood(60));
  const float foot = stand > 30 ? stand : 0;
  kit.add(cube_at(Vector3(0, foot, 0), width, 5, depth), kit.patterned(4));
  kit.pane(Vector3(0, foot + 5, 0), width, height, depth);
  const int stones = random.between(1, 4), weeds = random.between(1, 4), grey = kit.patterned(10);
  for (int i = 0; i < stones; ++i) {
    const float radius = random.uniform(3, 9), x = random.uniform(-0.4f, 0.4f) * width;
    kit.add(sphere_at(Vector3(x, foot + 5 + radius * 0.7f, 0), radius), grey);
  }
  for (int i = 0; i < weeds; ++i)
    kit.leaves(Vector3(random.uniform(-0.4f, 0.4f) * width, foot + 5, 0), 8, height * 0.8f);
  kit.add(cube_at(Vector3(0, foot + 5 + height, 0), width + 2, random.uniform(4, 9), depth + 2),
          kit.dark());
  return kit.finish();
}

ModelPtr side_table(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(18, 30), height = random.uniform(38, 62);
  const int top = random.chance(0.6f) ? kit.wood(40) : kit.patterned(40);
  const float choice = random.unit();
  if (choice < 0.35f) {
    kit.add(cylinder_at(Vector3(0, height - 3, 0), radius, 3), top);
    kit.add(cylinder_at(Vector3::Zero(), random.uniform(2, 6), height - 3), kit.metal());
    kit.add(cylinder_at(Vector3::Zero(), radius * 0.7f, 2), kit.metal());
  } else if (choice < 0.6f) {
    kit.add(cube_at(Vector3(0, height - 3, 0), radius * 2, 3, radius * 2), top);
    kit.legs(radius * 2, radius * 2, height - 3, top);
  } else if (choice < 0.75f) {
    kit.add(cube_at(Vector3::Zero(), radius * 1.8f, height, radius * 1.7f), top);
  } else if (choice < 0.9f) {
    kit.add(cylinder_at(Vector3::Zero(), radius, height), top);
  } else {
    kit.add(cone_at(Vector3::Zero(), radius * 0.5f, radius, height), top);
  }
  return kit.finish();
}

ModelPtr bar_stool(Random& random) {
  PropKit kit(random);
  const float height = random.uniform(60, 78), radius = random.uniform(15, 20);
  const int seat = random.chance(0.5f) ? kit.cloth() : kit.wood(20), frame = kit.metal();
  if (random.chance(0.6f))
    kit.add(cylinder_at(Vector3(0, height, 0), radius, random.uniform(3, 8)), seat);
  else
    kit.add(cube_at(Vector3(0, height, 0), radius * 2, 5, radius * 2), seat);
  if (random.chance(0.5f)) {
    kit.add(cylinder_at(Vector3::Zero(), radius * 1.1f, 3), frame);
    kit.add(cylinder_at(Vector3(0, 3, 0), random.uniform(2, 4), height - 3), frame);
  } else {
    kit.legs(radius * 1.7f, radius * 1.7f, height, frame);
    if (random.chance(0.6f))
      kit.add(torus_at(Vector3(0, height * 0.35f, 0), radius * 0.9f, 1.2f), frame);
  }
  return kit.finish();
}

// A run of cupboards with a worktop; also what people queue at or wait before.
ModelPtr counter(Random& random, float length) {
  PropKit kit(random);
  const float depth = random.uniform(50, 80), height = random.uniform(84, 112);
  const int units = std::max(1, static_cast<int>(length / random.uniform(50, 120)));
  const int front = random.chance(0.5f) ? kit.wood(80) : kit.patterned(60);
  const float unit = length / static_cast<float>(units);
  for (int i = 0; i < units; ++i)
    kit.add(cube_at(Vector3((static_cast<float>(i) + 0.5f) * unit - length / 2, 0, 0), unit - 0.8f,
                    height - 4, depth - 4),
            front);
  kit.add(cube_at(Vector3(0, height - 4, 0), length, random.uniform(3, 6), depth),
          random.chance(0.5f) ? kit.wood(100) : kit.patterned(100));
  return kit.finish();
}

// A low box to sit on under a window, cushions on it and drawers below.
ModelPtr window_seat(Random& random, float length) {
  PropKit kit(random);
  const float depth = random.uniform(42, 65), height = random.uniform(32, 48);
  const int body = random.chance(0.5f) ? kit.wood(80) : kit.plain(Vector3::Constant(0.7f));
  kit.add(cube_at(Vector3::Zero(), length, height, depth), body);
  const int covers = random.between(1, 3), cloth = kit.cloth();
  const float slice = length / static_cast<float>(covers);
  for (int i = 0; i < covers; ++i)
    kit.add(cube_at(Vector3((static_cast<float>(i) + 0.5f) * slice - length / 2, height, 0),
                    slice - 1, random.uniform(5, 11), depth - 2),
            cloth);
  return kit.finish();
}

// Bricks on top of each other as children leave them, a cone for the roof.
ModelPtr toy_tower(Random& random) {
  PropKit kit(random);
  float y = 0, size = random.uniform(8, 20);
  const int levels = random.between(1, 5);
  for (int i = 0; i < levels; ++i) {
    const int paint = kit.plain(vivid_colour(random), 0.06f, 40);
    if (random.chance(0.65f))
      kit.add(cube_at(Vector3(random.normal(0.8f), y, random.normal(0.8f)), size, size, size),
              paint);
    else
      kit.add(cylinder_at(Vector3(0, y, 0), size / 2, size), paint);
    y += size;
    size *= random.uniform(0.75f, 1);
  }
  if (random.chance(0.5f))
    kit.add(cone_at(Vector3(0, y, 0), size * 0.6f, 0, size), kit.plain(vivid_colour(random)));
  return kit.finish();
}

// Seen from the front: a machine, its spout over a tray. Stands in offices and kitchens alike.
ModelPtr coffee_machine(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(18, 35), height = random.uniform(28, 45);
  const int shell = random.chance(0.5f) ? kit.dark() : kit.metal();
  kit.add(cube_at(Vector3(0, 0, -8), width, height, 16), shell);
  kit.add(cube_at(Vector3(0, height * 0.65f, 8), width, height * 0.35f, 16), shell);
  kit.add(cube_at(Vector3(0, 0, 8), width, 3, 16), shell);
  if (random.chance(0.6f))
    kit.add(vessel_at(random, Vector3(0, 3, 8), 6, height * 0.4f), kit.patterned(10));
  return kit.finish();
}

}  // namespace geond::rendering::props
