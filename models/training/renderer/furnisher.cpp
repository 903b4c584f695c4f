// SPDX-License-Identifier: MIT
#include "furnisher.hpp"

#include "props.hpp"

namespace geond::rendering {
namespace {

using Maker = ModelPtr (*)(Random&);

ModelPtr any_of(Random& random, std::initializer_list<Maker> makers) {
  const auto index = random.below(static_cast<int>(makers.size()));
  return (*(makers.begin() + index))(random);
}

ModelPtr some_carton(Random& random) {
  return props::carton(random, random.uniform(25, 80));
}
ModelPtr small_plant(Random& random) {
  return props::potted_plant(random, random.uniform(15, 45));
}
ModelPtr large_plant(Random& random) {
  return props::potted_plant(random, random.uniform(60, 170));
}
ModelPtr some_ball(Random& random) {
  return props::ball(random, random.uniform(6, 35));
}
ModelPtr small_ball(Random& random) {
  return props::ball(random, random.uniform(3, 9));
}

}  // namespace

ModelPtr BuiltFurnisher::get(Thing thing, Random& random) {
  switch (thing) {
    case Thing::kDesk:
      return props::desk(random);
    case Thing::kOfficeChair:
      return props::office_chair(random);
    case Thing::kOfficeStorage:
      return any_of(random,
                    {props::filing_cabinet, props::filing_cabinet, props::bookcase, some_carton});
    case Thing::kMonitor:
      return any_of(random, {props::monitor, props::monitor, props::laptop});
    case Thing::kDeskItem:
      return any_of(random, {props::laptop, props::keyboard, props::mug, props::book_stack,
                             props::table_lamp, small_plant, props::mug});
    case Thing::kBin:
      return props::bin(random);
    case Thing::kBookcase:
      return props::bookcase(random);
    case Thing::kSofa:
      return props::sofa(random);
    case Thing::kArmchair:
      return props::armchair(random);
    case Thing::kCoffeeTable:
      return props::coffee_table(random);
    case Thing::kDiningTable:
      return props::dining_table(random);
    case Thing::kChair:
      return props::chair(random);
    case Thing::kSideboard:
      return props::sideboard(random);
    case Thing::kTelevision:
      return props::television(random);
    case Thing::kTableItem:
      return any_of(random, {props::vase, props::fruit_bowl, props::mug, props::book_stack,
                             small_plant, small_ball, props::ring_toy});
    case Thing::kFloorLamp:
      return props::floor_lamp(random);
    case Thing::kTableLamp:
      return props::table_lamp(random);
    case Thing::kHangingLamp:
      return props::hanging_lamp(random);
    case Thing::kRug:
      return props::rug(random);
    case Thing::kLivingExtra:
      return any_of(random,
                    {props::sideboard, props::bookcase, props::vase, props::ring_toy, some_ball});
    case Thing::kDoor:
      return props::door(random);
    case Thing::kPicture:
      return props::picture_frame(random);
    case Thing::kLargePlant:
      return large_plant(random);
    case Thing::kSmallPlant:
      return small_plant(random);
    case Thing::kStoreItem:
      return any_of(random, {some_carton, props::drum, props::tyre_stack, props::traffic_cone,
                             props::ladder, props::loaded_pallet});
    case Thing::kCarton:
      return some_carton(random);
    case Thing::kLoadedPallet:
      return props::loaded_pallet(random);
    case Thing::kCartonWall:
      return props::carton_wall(random);
    case Thing::kDrum:
      return props::drum(random);
    case Thing::kTyres:
      return props::tyre_stack(random);
    case Thing::kTrafficCone:
      return props::traffic_cone(random);
    case Thing::kLadder:
      return props::ladder(random);
    case Thing::kVehicle:
      return props::loaded_pallet(random);
    case Thing::kGardenItem:
      return any_of(random, {props::hose_coil, props::watering_can, props::bin, large_plant,
                             small_plant, props::drum});
    case Thing::kHose:
      return props::hose_coil(random);
    case Thing::kBall:
      return some_ball(random);
    case Thing::kRing:
      return props::ring_toy(random);
    case Thing::kOddment:
      return props::solid(random, random.log_uniform(30, 110), 0.8f);
    case Thing::kTrinket:
      return props::solid(random, random.log_uniform(8, 30), 0.8f);
  }
  return some_carton(random);
}

}  // namespace geond::rendering
