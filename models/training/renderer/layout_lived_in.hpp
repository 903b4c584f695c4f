// SPDX-License-Identifier: MIT
#pragma once
#include "layout_further.hpp"

// What the files of the fifth manner share.
namespace geond::rendering {

// Back to the wall, `gap` centimetres off it.
std::optional<Instance> back_to(Scene& scene, const ModelPtr& model, const Spot& wall, float right,
                                float gap = 3);
// Just there on top of `base`, if it carries so much.
void set_on(Scene& scene, const Instance& base, const ModelPtr& model, float right, float forward,
            float turn = 0);
// Wide and bright as photographs of rooms often are, or as light_room.
void light_lived_in(Scene& scene, Random& random);
// A desk, what its owner works with, and the chair before it.
std::optional<Instance> workplace(Scene& scene, Furnisher& furnisher, Random& random,
                                  const ModelPtr& desk, const Spot& spot, float right,
                                  float forward, float turn = 0);
// What one works with on a desk, or at one's place at a long table `right` of its middle. The one
// who works sits before it. Returns how far to the sides of the place that reaches.
float set_up_screens(Scene& scene, Furnisher& furnisher, Random& random, const Instance& desk,
                     float right);
// A sofa, a low table before it, perhaps a seat at its side or a pouf: at home, and where
// visitors of an office wait.
void lounge(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot, float right,
            float forward);
// Cupboards with a worktop, a machine and crockery on it, perhaps stools before it.
void kitchen_counter(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot,
                     float right, float forward);
// Small things that lie about, low on the floor: baskets, books, toys.
void litter(Scene& scene, Random& random, const std::vector<ModelPtr (*)(Random&)>& makers,
            int most);

// `least` to `most` of the things on top of `base`, none inside another.
void set_out(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
             const Things& things, int least, int most);
float either_side(Random& random);

// One of both lists, each as likely as any other.
const Setting& pick_of_both(const std::vector<Setting>& first, const std::vector<Setting>& second,
                            Random& random);

// Arrangements in files of their own.
const std::vector<Setting>& lived_in_livingrooms();
const std::vector<Setting>& lived_in_workplaces();
// What is seen near: laptops on tables; sofas, armchairs and what lies within reach of them.
const std::vector<Setting>& lived_in_laptop_places();
const std::vector<Setting>& lived_in_sofa_places();
void arrange_lived_in_office(Scene& scene, Furnisher& furnisher, Random& random);
void arrange_lived_in_livingroom(Scene& scene, Furnisher& furnisher, Random& random);

}  // namespace geond::rendering
