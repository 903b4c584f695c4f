// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "furnisher.hpp"
#include "scene.hpp"

// What layouts of any kind do again and again.
namespace geond::rendering {

using Things = std::vector<Thing>;

// Where something turned by `yaw` looks, on the floor.
Vector3 facing(float yaw);
float quarter_turn(Random& random);

// A room whose sides are between `least` and `most` long.
void shape_room(Scene& scene, Random& random, float least, float most);
// Lights under the ceiling and up to two windows.
void light_room(Scene& scene, Random& random);
// `least` to `most` of the things on the floor, anywhere.
void scatter(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int least,
             int most);
// Up to `most` of the things along the walls.
void line_walls(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int most);
// Up to `most` of the things on top of `base`.
void load(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
          const Things& things, int most);

}  // namespace geond::rendering
