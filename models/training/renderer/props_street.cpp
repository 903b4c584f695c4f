// SPDX-License-Identifier: MIT
// What stands along a street, at a fourth of its size: whoever looks at a picture sees no scale.
#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

void add_windows(PropKit& kit, const Vector3& size, int body) {
  Random& random = kit.random();
  const int glass =
      random.chance(0.7f) ? kit.dark() : kit.plain(muted_colour(random, 0.3f, 0.9f), 0.3f, 80);
  const int columns = random.between(2, 7), floors = random.between(2, 8);
  const float step = size.x() / static_cast<float>(columns),
              rise = size.y() / static_cast<float>(floors);
  const float width = step * random.uniform(0.3f, 0.75f),
              height = rise * random.uniform(0.4f, 0.75f);
  for (int side = -1; side <= 1; side += 2)
    for (int column = 0; column < columns; ++column)
      for (int floor = 0; floor < floors; ++floor) {
        const float x = (static_cast<float>(column) + 0.5f) * step - size.x() / 2,
                    y = (static_cast<float>(floor) + 0.5f) * rise - height / 2;
        const Vector3 place(x, y, static_cast<float>(side) * (size.z() / 2 - 0.6f));
        kit.draw_on(body, cube_at(place, width, height, 2), glass);
      }
}

// A roof with a ridge; no geon fits it.
void add_gable(PropKit& kit, const Vector3& size, float rise, int surface) {
  const int part = kit.mesh().add_plain_part(PartRole::kNegative),
            base = static_cast<int>(kit.mesh().vertices.size());
  const float x = size.x() / 2 + 3, z = size.z() / 2 + 3, y = size.y();
  for (const float end : {-z, z}) {
    kit.mesh().vertices.emplace_back(-x, y, end);
    kit.mesh().vertices.emplace_back(x, y, end);
    kit.mesh().vertices.emplace_back(0, y + rise, end);
  }
  const auto triangle = [&](int a, int b, int c) {
    kit.mesh().add_triangle(base + a, base + b, base + c, surface, part);
  };
  triangle(0, 1, 2);
  triangle(3, 5, 4);
  for (const auto& [a, b] : {std::pair(0, 2), std::pair(2, 1), std::pair(1, 0)}) {
    triangle(a, b, a + 3);
    triangle(b, b + 3, a + 3);
  }
}

}  // namespace

ModelPtr house(Random& random, const Vector3& size) {
  PropKit kit(random);
  const int walls = kit.patterned(size.x());
  const int body = kit.add(cube_at(Vector3::Zero(), size.x(), size.y(), size.z()), walls);
  add_windows(kit, size, body);
  if (random.chance(0.45f))
    add_gable(kit, size, size.x() * random.uniform(0.2f, 0.6f), kit.plain(any_colour(random)));
  return kit.finish();
}

ModelPtr parked_car(Random& random) {
  PropKit kit(random);
  const int paint = kit.plain(any_colour(random), 0.3f, 80), dark = kit.dark();
  const float length = random.uniform(95, 120), width = 42, height = random.uniform(18, 22);
  kit.add(cube_at(Vector3(0, 7, 0), width, height, length), paint, PartRole::kUnsure);
  kit.add(cube_at(Vector3(0, 7 + height, -length * 0.06f), width * 0.85f, 13, length * 0.5f), dark,
          PartRole::kUnsure);
  for (int i = 0; i < 4; ++i) {
    Geon wheel = cylinder_at(Vector3::Zero(), 8, 6);
    wheel.axes = turn_about_z(kPi / 2);
    wheel.centre = Vector3(i & 1 ? width / 2 : -width / 2, 8, (i & 2 ? 0.32f : -0.32f) * length);
    kit.add(wheel, dark);
  }
  return kit.finish();
}

ModelPtr street_lamp(Random& random) {
  PropKit kit(random);
  const int steel = kit.metal();
  const float height = random.uniform(110, 190);
  kit.add(cylinder_at(Vector3::Zero(), random.uniform(1.5f, 3), height), steel);
  const int glass = kit.plain(Vector3::Constant(0.85f));
  const float radius = random.uniform(6, 12);
  if (random.chance(0.5f))
    kit.add(sphere_at(Vector3(0, height + radius, 0), radius), glass);
  else
    kit.add(cone_at(Vector3(0, height, 0), radius, radius * 0.4f, radius), steel);
  return kit.finish();
}

ModelPtr at_the_kerb(Random& random) {
  const float choice = random.unit();
  if (choice < 0.4f) return parked_car(random);
  if (choice < 0.6f) return street_lamp(random);
  const float height = random.uniform(30, 160);
  return choice < 0.9f ? potted_plant(random, height) : loose_geon(random, height / 3);
}

}  // namespace geond::rendering::props
