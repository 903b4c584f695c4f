// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "arranging.hpp"
#include "noting.hpp"
#include "scene.hpp"

namespace geond::rendering {

// Now and then people, as photographs of rooms show them: on some of the seats, and standing about.
// They are no geons and tell nothing about the scene.
void add_people(Scene& scene, const NotingFurnisher& furnisher, Random& random);

// Where one sits on it: in its middle, or at either end of a sofa.
std::vector<Spot> seats_of(const Instance& furniture);
// Somebody on that seat, facing as it does.
void sit_down(Scene& scene, Random& random, const Spot& seat);
// Somebody standing there.
void stand_at(Scene& scene, Random& random, const Spot& spot);
// Makes the picture a near one of who sits there, from before or from anywhere.
void look_at_sitter(Scene& scene, Random& random, const Spot& seat, bool from_before);

}  // namespace geond::rendering
