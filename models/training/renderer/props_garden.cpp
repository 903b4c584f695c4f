// SPDX-License-Identifier: MIT
#include <cmath>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

int pot_surface(PropKit& kit) {
  Random& random = kit.random();
  if (random.chance(0.5f))
    return kit.plain(Vector3(0.45f, 0.16f, 0.07f) * random.uniform(0.6f, 1.3f));
  return random.chance(0.4f) ? kit.dark() : kit.patterned(20);
}

// A pot with its earth; returns its rim's height.
float add_pot(PropKit& kit, const Vector3& base, float radius, float height, int body, int earth) {
  Random& random = kit.random();
  const float choice = random.unit();
  if (choice < 0.6f)
    kit.add(cone_at(base, radius * random.uniform(0.5f, 0.74f), radius, height), body);
  else if (choice < 0.9f)
    kit.add(vessel_at(random, base, radius, height), body);
  else
    kit.add(cube_at(base, 2 * radius, height, 2 * radius), body);
  kit.add(cylinder_at(base + Vector3(0, height - 0.2f, 0), radius * 0.9f, 0.5f), earth,
          PartRole::kNegative);
  return base.y() + height;
}

// Foliage as geons (a trimmed bush, a fruit tree) or as leaves.
void add_foliage(PropKit& kit, const Vector3& foot, float radius, float height) {
  Random& random = kit.random();
  const float choice = random.unit();
  if (choice < 0.65f) {
    kit.leaves(foot, radius, height);
    return;
  }
  Pattern green;
  green.first = Vector3(0.05f, 0.2f, 0.04f) * random.uniform(0.6f, 1.6f);
  green.second = green.first * 0.5f;
  green.kind = PatternKind::kMarble;
  green.period = random.uniform(2, 8);
  const int leaf = kit.surface(green, 0.02f, 10);
  const float stem = random.chance(0.5f) ? height * random.uniform(0.2f, 0.5f) : 0;
  if (stem > 0) kit.add(cylinder_at(foot, radius * 0.08f + 0.5f, stem), kit.wood(10));
  const Vector3 top = foot + Vector3(0, stem, 0);
  if (choice < 0.83f)
    kit.add(sphere_at(top + Vector3(0, radius * 0.85f, 0), radius * 0.9f), leaf);
  else
    kit.add(cone_at(top, radius * 0.8f, 0.02f * radius, height - stem + radius), leaf);
}

void add_row_of_pots(PropKit& kit, float y, float length, float depth) {
  Random& random = kit.random();
  const float radius = random.uniform(5, 17);
  const int body = pot_surface(kit), other = pot_surface(kit),
            earth = kit.plain(Vector3(0.04f, 0.025f, 0.015f));
  const float gap = random.uniform(1, 14), empty = random.uniform(0, 0.35f),
              bare = random.uniform(0, 0.4f);
  for (float z = -depth / 2 + radius + 2; z <= depth / 2 - radius; z += 2 * radius + gap)
    for (float x = -length / 2 + radius + 2; x <= length / 2 - radius; x += 2 * radius + gap) {
      if (random.chance(empty)) continue;
      const float r = radius * random.uniform(0.8f, 1.05f);
      const float rim =
          add_pot(kit, Vector3(x + random.normal(0.8f), y, z + random.normal(0.8f)), r,
                  r * random.uniform(1.3f, 2), random.chance(0.88f) ? body : other, earth);
      if (!random.chance(bare))
        add_foliage(kit, Vector3(x, rim, z), r * random.uniform(0.9f, 1.6f),
                    r * random.uniform(0.8f, 3));
    }
}

}  // namespace

ModelPtr potted_plant(Random& random, float height) {
  PropKit kit(random);
  const float pot = height * random.uniform(0.25f, 0.45f),
              radius = pot * random.uniform(0.4f, 0.7f);
  const float rim = add_pot(kit, Vector3::Zero(), radius, pot, pot_surface(kit),
                            kit.plain(Vector3(0.04f, 0.025f, 0.015f)));
  add_foliage(kit, Vector3(0, rim, 0), radius * random.uniform(1, 2), height - pot);
  return kit.finish();
}

ModelPtr plant_bench(Random& random, float length) {
  PropKit kit(random);
  const float depth = random.uniform(60, 120), height = random.uniform(55, 90);
  const int frame = random.chance(0.5f) ? kit.wood(80) : kit.metal();
  kit.add(cube_at(Vector3(0, height - 5, 0), length, 5, depth), frame, PartRole::kUnsure);
  for (float x = -length / 2 + 6; x < length / 2; x += 110)
    for (int side = -1; side <= 1; side += 2)
      kit.add(cube_at(Vector3(x, 0, static_cast<float>(side) * (depth / 2 - 6)), 6, height - 5, 6),
              frame, PartRole::kUnsure);
  add_row_of_pots(kit, height, length, depth);
  return kit.finish();
}

ModelPtr plant_bed(Random& random, float length) {
  PropKit kit(random);
  const float depth = random.uniform(60, 130), height = random.uniform(12, 40);
  kit.add(cube_at(Vector3::Zero(), length, height, depth),
          random.chance(0.6f) ? kit.wood(60) : kit.patterned(40));
  kit.add(cube_at(Vector3(0, height - 0.5f, 0), length - 6, 1.5f, depth - 6),
          kit.plain(Vector3(0.04f, 0.025f, 0.015f)), PartRole::kNegative);
  const int fruit = kit.plain(vivid_colour(random), 0.08f, 60);
  const float spacing = random.uniform(22, 50);
  const bool staked = random.chance(0.4f);
  for (float z = -depth / 2 + spacing / 2; z < depth / 2; z += spacing)
    for (float x = -length / 2 + spacing / 2; x < length / 2; x += spacing) {
      const Vector3 foot(x + random.normal(2), height, z + random.normal(2));
      const float tall = random.uniform(15, staked ? 150.0f : 60.0f);
      kit.leaves(foot, spacing * random.uniform(0.4f, 0.7f), tall);
      const int fruits = random.chance(0.5f) ? random.between(0, 4) : 0;
      for (int i = 0; i < fruits; ++i) {
        const float angle = random.uniform(0, 2 * kPi);
        kit.add(sphere_at(foot + Vector3(std::cos(angle) * spacing * 0.3f,
                                         tall * random.uniform(0.2f, 0.8f),
                                         std::sin(angle) * spacing * 0.3f),
                          random.uniform(2.5f, 6)),
                fruit);
      }
    }
  return kit.finish();
}

ModelPtr hose_coil(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(16, 36), tube = radius * random.uniform(0.12f, 0.3f);
  Geon coil = torus_at(Vector3(0, tube, 0), radius, tube);
  if (random.chance(0.3f)) {
    coil.axes = turn_about_x(kPi / 2);
    coil.centre.y() = radius;
  }
  kit.add(coil, random.chance(0.6f)
                    ? kit.plain(Vector3(0.04f, random.uniform(0.15f, 0.45f), 0.06f), 0.05f, 30)
                    : kit.patterned(10));
  return kit.finish();
}

ModelPtr watering_can(Random& random) {
  PropKit kit(random);
  const int body = kit.patterned(25);
  const float radius = random.uniform(8, 14), height = radius * random.uniform(1.5f, 2.2f);
  kit.add(cylinder_at(Vector3::Zero(), radius, height), body);
  Geon spout = cylinder_at(Vector3::Zero(), 1.6f, height * 1.3f);
  spout.axes = turn_about_z(-0.9f);
  spout.centre = Vector3(radius + height * 0.35f, height * 0.75f, 0);
  kit.add(spout, body, PartRole::kUnsure);
  Geon handle = torus_at(Vector3(-radius, height * 0.7f, 0), radius * 0.6f, 1.2f);
  handle.axes = turn_about_x(kPi / 2);
  kit.add(handle, body, PartRole::kUnsure);
  return kit.finish();
}

ModelPtr glasshouse_frame(Random& random, const Vector3& room) {
  PropKit kit(random);
  const int bar = kit.plain(Vector3::Constant(random.uniform(0.2f, 0.75f)), 0.05f, 30);
  const float step = random.uniform(60, 130), w = room.x() / 2, d = room.z() / 2;
  const auto add_bar = [&](const Vector3& base, float x, float y, float z) {
    kit.add(cube_at(base, x, y, z), bar, PartRole::kNegative);
  };
  for (float x = -w; x <= w + 1; x += step)
    for (int side = -1; side <= 1; side += 2)
      add_bar(Vector3(x, 0, static_cast<float>(side) * d), 5, room.y(), 5);
  for (float z = -d; z <= d + 1; z += step) {
    for (int side = -1; side <= 1; side += 2)
      add_bar(Vector3(static_cast<float>(side) * w, 0, z), 5, room.y(), 5);
    add_bar(Vector3(0, room.y() - 3, z), room.x(), 6, 5);
  }
  const int wall = kit.patterned(40);
  const float sill = random.uniform(15, 70);
  for (int side = -1; side <= 1; side += 2) {
    kit.add(cube_at(Vector3(static_cast<float>(side) * w, 0, 0), 8, sill, room.z()), wall,
            PartRole::kNegative);
    kit.add(cube_at(Vector3(0, 0, static_cast<float>(side) * d), room.x(), sill, 8), wall,
            PartRole::kNegative);
    add_bar(Vector3(0, room.y() * 0.65f, static_cast<float>(side) * d), room.x(), 4, 4);
  }
  return kit.finish_here();
}

}  // namespace geond::rendering::props
