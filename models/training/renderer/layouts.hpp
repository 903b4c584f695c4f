// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <string_view>

#include "furnisher.hpp"
#include "scene.hpp"

namespace geond::rendering {

enum class SceneKind { kOffice, kLivingroom, kWarehouse, kGreenhouse, kNone };

inline constexpr std::string_view kSceneNames[] = {"office", "livingroom", "warehouse",
                                                   "greenhouse", "none"};

// Each furnishes an empty scene: room, lights, things. Many arrangements of each kind, from nearly
// empty to crowded.
void furnish_office(Scene& scene, Furnisher& furnisher, Random& random);
void furnish_livingroom(Scene& scene, Furnisher& furnisher, Random& random);
void furnish_warehouse(Scene& scene, Furnisher& furnisher, Random& random);
void furnish_greenhouse(Scene& scene, Furnisher& furnisher, Random& random);
// Loose geons in a room, a glasshouse or outdoors, with things that are none among them.
void scatter_geons(Scene& scene, Furnisher& furnisher, Random& random);
// A street of houses, with cars and lamps and trees.
void build_street(Scene& scene, Random& random);
// A house by itself, or towers.
void build_houses(Scene& scene, Random& random);
// Wares, crockery or tools on a table as large as the picture.
void set_out_still_life(Scene& scene, Furnisher& furnisher, Random& random);
// People seen near, in a room or outdoors, and little else.
void pose_people(Scene& scene, Furnisher& furnisher, Random& random);

// A layout of each kind, in the order of SceneKind.
using Manner = std::array<void (*)(Scene&, Furnisher&, Random&), 5>;
// Other manners than that of the functions above.
extern const Manner kSecondManner;
extern const Manner kThirdManner;
extern const Manner kFourthManner;
extern const Manner kFifthManner;
extern const Manner kSixthManner;
// One more, which nothing may learn from.
extern const Manner kTestManner;

// Decorates and furnishes in one of the manners that are taught, now and then with
// oddments and people.
void furnish(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random);
// Decorates and furnishes in the manner that only tests.
void furnish_for_test(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random);

// Walls, floor and ceiling of any make.
void decorate(Room& room, Random& random);
// A few loose solids on the floor: toys, props, samples. They say nothing about the scene.
void add_strays(Scene& scene, Random& random, int most);

}  // namespace geond::rendering
