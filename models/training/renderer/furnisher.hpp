// SPDX-License-Identifier: MIT
#pragma once
#include "model.hpp"
#include "random.hpp"

namespace geond::rendering {

enum class Thing {
  kDesk,
  kOfficeChair,
  kOfficeStorage,
  kMonitor,
  kDeskItem,
  kBin,
  kBookcase,
  kSofa,
  kArmchair,
  kCoffeeTable,
  kDiningTable,
  kChair,
  kSideboard,
  kTelevision,
  kTableItem,
  kFloorLamp,
  kTableLamp,
  kHangingLamp,
  kRug,
  kLivingExtra,
  kDoor,
  kPicture,
  kLargePlant,
  kSmallPlant,
  kStoreItem,
  kCarton,
  kLoadedPallet,
  kCartonWall,
  kDrum,
  kTyres,
  kTrafficCone,
  kLadder,
  kVehicle,
  kGardenItem,
  kHose,
  kBall,
  kRing,
  // Of no scene: what else stands about, and what else lies about.
  kOddment,
  kTrinket
};

// Where layouts get their things from.
class Furnisher {
 public:
  virtual ~Furnisher() = default;
  // Never null; another one each time.
  virtual ModelPtr get(Thing thing, Random& random) = 0;
};

// Everything built of geons.
class BuiltFurnisher : public Furnisher {
 public:
  ModelPtr get(Thing thing, Random& random) override;
};

}  // namespace geond::rendering
