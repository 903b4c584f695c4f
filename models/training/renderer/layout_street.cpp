// SPDX-License-Identifier: MIT
// Streets: geons of another world, which no scene is known by.
#include "arranging.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// Houses in a row, wall to wall or with gardens between, their fronts at `before` from the middle.
void build_row(Scene& scene, Random& random, const Spot& street, float length, float before) {
  const float gap = random.chance(0.5f) ? 1.0f : random.uniform(15, 120);
  const float height = random.uniform(90, 330), mess = random.uniform(0.03f, 0.4f);
  for (float right = -length / 2; right < length / 2;) {
    const float width = random.uniform(70, 200), depth = random.uniform(80, 200);
    const Vector3 size(width, height * (1 + random.normal(mess) / 2), depth);
    right += width / 2;
    if (size.y() > 60) put(scene, props::house(random, size), street, right, -before - depth / 2);
    right += width / 2 + gap;
  }
}

}  // namespace

void build_street(Scene& scene, Random& random) {
  shape_room(scene, random, 900, 1400);
  light_place(scene, random, true);
  const float before = random.uniform(180, 420), length = scene.room.size.x();
  const float turn = random.uniform(0, 2 * kPi);
  const int rows = random.between(1, 2);
  for (int row = 0; row < rows; ++row) {
    const Spot street = {Vector3::Zero(), turn + static_cast<float>(row) * kPi};
    build_row(scene, random, street, length, before);
    const int count = random.between(0, 6);
    for (int i = 0; i < count; ++i) {
      const float right = random.uniform(-0.5f, 0.5f) * length,
                  yaw = kPi / 2 + random.normal(0.05f);
      put(scene, props::at_the_kerb(random), street, right, -before + random.uniform(15, 60), yaw);
    }
  }
}

}  // namespace geond::rendering
