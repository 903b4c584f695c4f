// SPDX-License-Identifier: MIT
#include "telling.hpp"

#include <array>

namespace geond::rendering {
namespace {

// What each scene is known by, in the order of SceneKind; loose geons are known by nothing else.
const std::array<std::set<Thing>, 5> kTelling = {{
    {Thing::kDesk, Thing::kOfficeChair, Thing::kMonitor, Thing::kDeskItem},
    {Thing::kSofa, Thing::kArmchair, Thing::kCoffeeTable, Thing::kDiningTable, Thing::kChair,
     Thing::kTelevision, Thing::kTableItem, Thing::kLivingExtra},
    {Thing::kStoreItem, Thing::kCarton, Thing::kLoadedPallet, Thing::kCartonWall, Thing::kDrum,
     Thing::kTyres, Thing::kTrafficCone, Thing::kLadder, Thing::kVehicle},
    {Thing::kLargePlant, Thing::kSmallPlant, Thing::kGardenItem, Thing::kHose},
    {Thing::kOddment, Thing::kTrinket},
}};

}  // namespace

void mark_bystanders(Scene& scene, const NotingFurnisher& furnisher, SceneKind kind) {
  const std::set<Thing>& telling = kTelling[static_cast<size_t>(kind)];
  for (const auto& [model, things] : furnisher.noted())
    if (!furnisher.was_had_as(model, telling)) scene.mark_bystander(model);
}

}  // namespace geond::rendering
