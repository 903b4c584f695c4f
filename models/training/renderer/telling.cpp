// SPDX-License-Identifier: MIT
#include "telling.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace geond::rendering {
namespace {

// What each scene is known by, in the order of SceneKind; loose geons are known by nothing else.
const std::array<std::vector<Thing>, 5> kTelling = {{
    {Thing::kDesk, Thing::kOfficeChair, Thing::kMonitor, Thing::kDeskItem},
    {Thing::kSofa, Thing::kArmchair, Thing::kCoffeeTable, Thing::kDiningTable, Thing::kChair,
     Thing::kTelevision, Thing::kTableItem, Thing::kLivingExtra},
    {Thing::kStoreItem, Thing::kCarton, Thing::kLoadedPallet, Thing::kCartonWall, Thing::kDrum,
     Thing::kTyres, Thing::kTrafficCone, Thing::kLadder, Thing::kVehicle},
    {Thing::kLargePlant, Thing::kSmallPlant, Thing::kGardenItem, Thing::kHose},
    {Thing::kOddment, Thing::kTrinket},
}};

bool tells(Thing thing, SceneKind kind) {
  const auto& things = kTelling[static_cast<size_t>(kind)];
  return std::find(things.begin(), things.end(), thing) != things.end();
}

}  // namespace

ModelPtr TellingFurnisher::get(Thing thing, Random& random) {
  ModelPtr model = furnisher_.get(thing, random);
  (tells(thing, kind_) ? telling_ : bystanders_).insert(model);
  return model;
}

void TellingFurnisher::mark_bystanders(Scene& scene) const {
  // One piece of furniture may be had as several things: it tells as soon as one of them does.
  for (const ModelPtr& model : bystanders_)
    if (!telling_.contains(model)) scene.mark_bystander(model);
}

}  // namespace geond::rendering
