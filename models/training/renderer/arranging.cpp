// SPDX-License-Identifier: MIT
#include "arranging.hpp"

#include <cmath>

namespace geond::rendering {

Vector3 facing(float yaw) {
  return Vector3(std::sin(yaw), 0, std::cos(yaw));
}

float quarter_turn(Random& random) {
  return static_cast<float>(random.below(4)) * kPi / 2;
}

void shape_room(Scene& scene, Random& random, float least, float most) {
  scene.room.size = Vector3(random.log_uniform(least, most), random.uniform(240, 340),
                            random.log_uniform(least, most));
}

void light_room(Scene& scene, Random& random) {
  const float brightness = random.log_uniform(5, 22);
  scene.add_ceiling_lights(random, random.between(1, 3), random.between(1, 3),
                           random.uniform(20, 100), random.uniform(20, 100), brightness);
  const int windows = random.between(0, 2);
  for (int i = 0; i < windows; ++i)
    scene.add_window(random, random.uniform(80, 240), random.uniform(80, 160),
                     random.uniform(3, 15));
}

void scatter(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int least,
             int most) {
  const int count = random.between(least, most);
  for (int i = 0; i < count; ++i)
    scene.place_anywhere(random, furnisher.get(random.pick(things), random), 20);
}

void line_walls(Scene& scene, Furnisher& furnisher, Random& random, const Things& things,
                int most) {
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i)
    scene.place_along_wall(random, furnisher.get(random.pick(things), random), -1,
                           random.uniform(1, 12));
}

void load(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
          const Things& things, int most) {
  const Instance carrier = base;
  std::vector<ModelPtr> chosen;
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) chosen.push_back(furnisher.get(random.pick(things), random));
  scene.place_on_top(random, carrier, chosen);
}

}  // namespace geond::rendering
