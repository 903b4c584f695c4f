// SPDX-License-Identifier: MIT
#pragma once
#include <set>

#include "furnisher.hpp"
#include "layouts.hpp"
#include "scene.hpp"

namespace geond::rendering {

// Passes things on from another furnisher and remembers which of them tell nothing about a scene:
// a door, a bookcase, a plant in an office. Nobody takes a photograph for their sake.
class TellingFurnisher : public Furnisher {
 public:
  // `furnisher` must outlive this one.
  TellingFurnisher(Furnisher& furnisher, SceneKind kind) : furnisher_(furnisher), kind_(kind) {}
  ModelPtr get(Thing thing, Random& random) override;
  // Marks what tells nothing; things that came from elsewhere tell the scene.
  void mark_bystanders(Scene& scene) const;

 private:
  Furnisher& furnisher_;
  SceneKind kind_;
  std::set<ModelPtr> telling_, bystanders_;
};

}  // namespace geond::rendering
