// SPDX-License-Identifier: MIT
#pragma once
#include "layouts.hpp"
#include "noting.hpp"
#include "scene.hpp"

namespace geond::rendering {

// Marks what tells nothing about a scene of that kind: a door, a bookcase, a plant in an office.
// Nobody takes a photograph for their sake. Things that came from elsewhere tell the scene.
void mark_bystanders(Scene& scene, const NotingFurnisher& furnisher, SceneKind kind);

}  // namespace geond::rendering
