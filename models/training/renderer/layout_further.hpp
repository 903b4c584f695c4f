// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "arranging.hpp"

// What the files of the third and the fifth manner share.
namespace geond::rendering {

// One arrangement of a scene, in a room of its own extent: a near view needs a small one.
struct Setting {
  void (*arrange)(Scene& scene, Furnisher& furnisher, Random& random);
  float least, most;
};

// Most rooms are moderately full, some hold what belongs to the arrangement alone, some are
// crowded.
int extras(Random& random);
// Typical things as long as fewer than `least` stand there: where an arrangement found no room for
// its own, the picture would show bare walls.
void fill_up(Scene& scene, Furnisher& furnisher, Random& random, const Things& typical,
             size_t least);
// Now and then a thing that belongs to other scenes.
void add_visitor(Scene& scene, Furnisher& furnisher, Random& random, const Things& strangers);
// Pictures and notices on walls without a window.
void hang_pictures_about(Scene& scene, Furnisher& furnisher, Random& random, int most);
// A board on the wall with up to `most` of the things on it.
void hang_shelf(Scene& scene, Furnisher& furnisher, Random& random, const Spot& wall, float right,
                float height, const Things& things, int most);
// A rug under what stands so far before the spot, in every other room.
void lay_rug(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot, float forward);
// A lamp from the ceiling.
void hang_lamp(Scene& scene, Furnisher& furnisher, Random& random, const Vector3& below);

void arrange_further_office(Scene& scene, Furnisher& furnisher, Random& random);
void arrange_further_livingroom(Scene& scene, Furnisher& furnisher, Random& random);
void arrange_further_warehouse(Scene& scene, Furnisher& furnisher, Random& random);
void arrange_further_greenhouse(Scene& scene, Furnisher& furnisher, Random& random);

}  // namespace geond::rendering
