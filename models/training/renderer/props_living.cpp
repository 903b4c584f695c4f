// SPDX-License-Identifier: MIT
#include <cmath>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

ModelPtr upholstered(Random& random, int seats) {
  PropKit kit(random);
  const int cover = kit.cloth(), foot = kit.wood(20);
  const float seat = random.uniform(55, 75), arm = random.uniform(10, 28),
              depth = random.uniform(75, 100);
  const float width = seat * static_cast<float>(seats), base = random.uniform(28, 36),
              back = random.uniform(30, 50);
  const float lift = random.chance(0.5f) ? random.uniform(4, 12) : 0;
  if (lift > 0) kit.legs(width + 2 * arm, depth, lift, foot);
  kit.add(cube_at(Vector3(0, lift, 0), width, base, depth), cover);
  for (int side = -1; side <= 1; side += 2)
    if (random.chance(0.9f))
      kit.add(cube_at(Vector3(static_cast<float>(side) * (width + arm) / 2, lift, 0), arm,
                      base + random.uniform(10, 25), depth),
              cover);
  const float slice = width / static_cast<float>(seats);
  for (int i = 0; i < seats; ++i) {
    const float x = (static_cast<float>(i) + 0.5f) * slice - width / 2;
    kit.add(cube_at(Vector3(x, lift + base, -depth / 2 + 10), slice - 1, back, 20), cover);
    if (random.chance(0.6f))
      kit.add(cube_at(Vector3(x, lift + base, 8), slice - 1, 12, depth - 24), cover);
  }
  const int cushions = random.between(0, seats + 1);
  for (int i = 0; i < cushions; ++i) {
    const float size = random.uniform(18, 27);
    kit.cushion(
        Vector3(random.uniform(-0.45f, 0.45f) * width, lift + base + size + 8, -depth / 2 + 30),
        Vector3(size, size, 8), turn_about_z(random.normal(0.25f)) * turn_about_x(-0.3f),
        kit.cloth());
  }
  return kit.finish();
}

// Seats round a corner, of plain blocks that stand on the floor: a row along the wall, a wing that
// comes forward at one end, and often a block of its own as footstool.
ModelPtr corner_sofa(Random& random) {
  PropKit kit(random);
  const int cover = kit.cloth();
  const float depth = random.uniform(85, 110), seat = random.uniform(60, 95),
              base = random.uniform(26, 42), back = random.uniform(24, 45),
              thick = random.uniform(12, 26);
  const int seats = random.between(2, 4);
  const float width = seat * static_cast<float>(seats), side = random.chance(0.5f) ? 1.0f : -1.0f;
  for (int i = 0; i < seats; ++i) {
    const float x = (static_cast<float>(i) + 0.5f) * seat - width / 2;
    kit.add(cube_at(Vector3(x, 0, 0), seat - 1, base, depth), cover);
    kit.add(cube_at(Vector3(x, base, (thick - depth) / 2), seat - 1, back, thick), cover);
  }
  const float wing = random.uniform(60, 150), wing_x = side * (width - seat) / 2;
  kit.add(cube_at(Vector3(wing_x, 0, (depth + wing) / 2 + 1), seat - 1, base, wing), cover);
  if (random.chance(0.6f))
    kit.add(cube_at(Vector3(side * (width - thick) / 2, base, (wing + thick) / 2), thick, back,
                    depth + wing - thick),
            cover);
  if (random.chance(0.7f))
    kit.add(cube_at(Vector3(-side * (width + thick) / 2, 0, 0), thick, base + back * 0.6f, depth),
            cover);
  if (random.chance(0.4f))
    kit.add(
        cube_at(Vector3(-side * width / 4, 0, depth + wing * 0.4f), seat * 0.8f, base, seat * 0.8f),
        cover);
  const int cushions = random.between(0, seats + 3);
  for (int i = 0; i < cushions; ++i) {
    const float size = random.uniform(18, 27);
    kit.cushion(
        Vector3(random.uniform(-0.45f, 0.45f) * width, base + size + 2, thick - depth / 2 + 10),
        Vector3(size, size, 8), turn_about_z(random.normal(0.25f)) * turn_about_x(-0.3f),
        kit.cloth());
  }
  return kit.finish();
}

}  // namespace

ModelPtr sofa(Random& random) {
  if (random.chance(0.35f)) return corner_sofa(random);
  return upholstered(random, random.between(2, 4));
}
ModelPtr armchair(Random& random) {
  return upholstered(random, 1);
}

ModelPtr coffee_table(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(55, 120), depth = random.uniform(45, 75),
              height = random.uniform(30, 52);
  const int top = random.chance(0.6f) ? kit.wood(width) : kit.patterned(width);
  const float choice = random.unit();
  if (choice < 0.45f) {
    kit.add(cylinder_at(Vector3(0, height - 4, 0), depth / 2 + 8, random.uniform(2, 5)), top);
    if (random.chance(0.4f))
      kit.add(cylinder_at(Vector3::Zero(), random.uniform(5, 25), height - 4), top);
    else
      kit.legs(depth * 0.8f, depth * 0.8f, height - 4, top);
  } else if (choice < 0.9f) {
    kit.add(cube_at(Vector3(0, height - 4, 0), width, random.uniform(2, 6), depth), top);
    kit.legs(width, depth, height - 4, top);
  } else {
    kit.add(cube_at(Vector3::Zero(), width, height, depth), top);
  }
  return kit.finish();
}

ModelPtr dining_table(Random& random) {
  PropKit kit(random);
  const float height = random.uniform(70, 78);
  const int top = random.chance(0.7f) ? kit.wood(100) : kit.patterned(100);
  if (random.chance(0.4f)) {
    const float radius = random.uniform(40, 65);
    kit.add(cylinder_at(Vector3(0, height - 4, 0), radius, 4), top);
    kit.add(cylinder_at(Vector3::Zero(), random.uniform(4, 10), height - 4), top);
    kit.add(cone_at(Vector3::Zero(), radius * 0.5f, radius * 0.15f, 8), top);
  } else {
    const float width = random.uniform(100, 200), depth = random.uniform(70, 100);
    kit.add(cube_at(Vector3(0, height - 4, 0), width, 4, depth), top);
    kit.legs(width, depth, height - 4, top);
  }
  return kit.finish();
}

ModelPtr chair(Random& random) {
  PropKit kit(random);
  const int wood = random.chance(0.7f) ? kit.wood(30) : kit.patterned(30);
  const float width = random.uniform(38, 48), height = random.uniform(42, 48);
  if (random.chance(0.25f))
    kit.add(cylinder_at(Vector3(0, height, 0), width / 2, 4), wood);
  else
    kit.add(cube_at(Vector3(0, height, 0), width, 4, width), wood);
  kit.legs(width, width, height, wood);
  if (random.chance(0.85f))
    kit.add(cube_at(Vector3(0, height + random.uniform(4, 20), -width / 2 + 2), width,
                    random.uniform(15, 45), 3),
            wood);
  return kit.finish();
}

ModelPtr sideboard(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(90, 190), height = random.uniform(35, 85),
              depth = random.uniform(32, 50);
  const int body = random.chance(0.6f) ? kit.wood(width) : kit.patterned(width);
  const float lift = random.chance(0.5f) ? random.uniform(5, 18) : 0;
  if (lift > 0) kit.legs(width, depth, lift, body);
  kit.add(cube_at(Vector3(0, lift, 0), width, height, depth), body);
  return kit.finish();
}

ModelPtr television(Random& random) {
  PropKit kit(random);
  const int shell = kit.dark();
  const float width = random.uniform(70, 140);
  kit.add(cube_at(Vector3(0, 5, 0), width, width * 0.57f, random.uniform(3, 7)), shell);
  kit.add(cube_at(Vector3::Zero(), width * 0.4f, 2, 20), shell);
  kit.add(cube_at(Vector3(0, 2, 0), 6, 6, 4), shell);
  return kit.finish();
}

ModelPtr vase(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(5, 12), height = random.uniform(15, 45);
  const int glaze = kit.patterned(radius * 2);
  const float choice = random.unit();
  if (choice < 0.4f)
    kit.add(vessel_at(random, Vector3::Zero(), radius, height), glaze);
  else if (choice < 0.7f)
    kit.add(cone_at(Vector3::Zero(), radius * random.uniform(0.4f, 0.7f), radius, height), glaze);
  else
    kit.add(sphere_at(Vector3(0, radius, 0), radius), glaze);
  if (random.chance(0.5f))
    kit.leaves(Vector3(0, choice < 0.7f ? height : 2 * radius, 0), radius * 2,
               random.uniform(15, 40));
  return kit.finish();
}

ModelPtr fruit_bowl(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(12, 18);
  kit.add(cone_at(Vector3::Zero(), radius * 0.5f, radius, radius * 0.5f), kit.patterned(radius));
  const int count = random.between(2, 7);
  for (int i = 0; i < count; ++i) {
    const float angle = random.uniform(0, 2 * kPi), r = random.uniform(3.5f, 5);
    const float out = random.uniform(0, radius - r - 1);
    kit.add(sphere_at(Vector3(std::cos(angle) * out, radius * 0.5f + r * random.uniform(0.4f, 1.5f),
                              std::sin(angle) * out),
                      r),
            kit.plain(vivid_colour(random), 0.08f, 60));
  }
  return kit.finish();
}

namespace {

void lamp_shade(PropKit& kit, const Vector3& base, float radius, float height, bool lit) {
  Random& random = kit.random();
  const int shade = kit.cloth();
  if (lit) kit.mesh().surfaces[shade].glow = Vector3(1.0f, 0.85f, 0.6f) * random.uniform(0.5f, 3);
  const float choice = random.unit();
  if (choice < 0.65f)
    kit.add(cone_at(base, radius, radius * random.uniform(0.2f, 0.7f), height), shade);
  else if (choice < 0.85f)
    kit.add(cylinder_at(base, radius, height), shade);
  else
    kit.add(sphere_at(base + Vector3(0, radius, 0), radius), shade);
}

}  // namespace

ModelPtr floor_lamp(Random& random) {
  PropKit kit(random);
  const int stem = kit.metal();
  const float height = random.uniform(105, 160);
  kit.add(cylinder_at(Vector3::Zero(), random.uniform(11, 18), 3), stem);
  kit.add(cylinder_at(Vector3::Zero(), random.uniform(1, 2.5f), height), stem);
  lamp_shade(kit, Vector3(0, height, 0), random.uniform(14, 28), random.uniform(16, 36),
             random.chance(0.5f));
  return kit.finish();
}

ModelPtr table_lamp(Random& random) {
  PropKit kit(random);
  const int foot = kit.patterned(12);
  const float height = random.uniform(12, 30);
  const float choice = random.unit();
  if (choice < 0.4f)
    kit.add(cylinder_at(Vector3::Zero(), random.uniform(3, 8), height), foot);
  else if (choice < 0.7f)
    kit.add(sphere_at(Vector3(0, height / 2, 0), height / 2), foot);
  else
    kit.add(cone_at(Vector3::Zero(), random.uniform(6, 10), 2, height), foot);
  lamp_shade(kit, Vector3(0, height, 0), random.uniform(9, 18), random.uniform(10, 22),
             random.chance(0.5f));
  return kit.finish();
}

ModelPtr hanging_lamp(Random& random) {
  PropKit kit(random);
  const float cable = random.uniform(30, 110);
  kit.add(cylinder_at(Vector3::Zero(), 0.5f, cable), kit.dark(), PartRole::kNegative);
  const float radius = random.uniform(8, 28);
  lamp_shade(kit, Vector3(0, -radius * 0.8f, 0), radius, random.uniform(12, 30),
             random.chance(0.7f));
  return kit.finish();
}

ModelPtr ball(Random& random, float radius) {
  PropKit kit(random);
  kit.add(sphere_at(Vector3(0, radius, 0), radius), kit.patterned(radius * 2));
  return kit.finish();
}

ModelPtr ring_toy(Random& random) {
  PropKit kit(random);
  float y = 0, radius = random.uniform(10, 25);
  const int count = random.between(1, 4);
  for (int i = 0; i < count; ++i) {
    const float tube = radius * random.uniform(0.2f, 0.35f);
    kit.add(torus_at(Vector3(0, y + tube, 0), radius, tube), kit.patterned(radius));
    y += 2 * tube;
    radius *= random.uniform(0.7f, 1.0f);
  }
  return kit.finish();
}

ModelPtr rug(Random& random) {
  PropKit kit(random);
  const float width = random.uniform(120, 280), depth = random.uniform(90, 200);
  const int cloth = kit.patterned(width);
  if (random.chance(0.3f))
    kit.add(cylinder_at(Vector3::Zero(), depth / 2, 0.8f), cloth, PartRole::kNegative);
  else
    kit.add(cube_at(Vector3::Zero(), width, 0.8f, depth), cloth, PartRole::kNegative);
  return kit.finish();
}

}  // namespace geond::rendering::props
