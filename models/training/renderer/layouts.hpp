// SPDX-License-Identifier: MIT
#pragma once
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

// In one of two manners: by the functions above, or by furnish_otherwise().
void furnish(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random);
void furnish_otherwise(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random);
// In a third manner, which nothing may learn from.
void furnish_for_test(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random);

// Walls, floor and ceiling of any make.
void decorate(Room& room, Random& random);
// A few loose solids on the floor: toys, props, samples. They say nothing about the scene.
void add_strays(Scene& scene, Random& random, int most);

}  // namespace geond::rendering
