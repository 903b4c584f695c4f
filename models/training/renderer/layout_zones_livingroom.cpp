// SPDX-License-Identifier: MIT
// What zones of a living room are for. Nothing lies on seats: their top is that of their back.
#include "layout_zones.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr bench(Random& random) {
  const float width = random.uniform(90, 180), height = random.uniform(38, 50);
  return props::block(random, Vector3(width, height, random.uniform(35, 55)));
}
ModelPtr toy(Random& random) {
  const float size = random.uniform(8, 28);
  return props::loose_geon(random, size);
}
ModelPtr toy_ball(Random& random) {
  const float radius = random.uniform(4, 20);
  return props::ball(random, radius);
}
ModelPtr toy_box(Random& random) {
  const float width = random.uniform(40, 80), height = random.uniform(25, 45);
  return props::block(random, Vector3(width, height, random.uniform(30, 45)));
}

const std::vector<Lying> kCups = {
    {{props::mug, Thing::kTableItem, Thing::kTableItem, props::book_stack}, 0.85f, 1, 6}};
const std::vector<Lying> kMeal = {{{props::fruit_bowl, props::vase, Thing::kTableItem}, 0.7f, 1, 2},
                                  {{props::mug, props::mug, Thing::kTableItem}, 0.7f, 1, 6}};
const std::vector<Lying> kOrnaments = {
    {{Thing::kTableItem, props::vase, Thing::kSmallPlant, props::book_stack}, 0.8f, 1, 5},
    {{Thing::kTableLamp}, 0.35f, 1, 2}};
const std::vector<Lying> kScreen = {{{Thing::kTelevision}, 0.95f, 1, 1, Half::kAnywhere},
                                    {{Thing::kTableItem, Thing::kSmallPlant}, 0.5f, 1, 3}};
const std::vector<Lying> kLamp = {{{Thing::kTableLamp}, 0.7f, 1, 1},
                                  {{props::mug, props::book_stack, props::vase}, 0.5f, 1, 2}};

const Companion kLowTable = {{Thing::kCoffeeTable, Thing::kCoffeeTable, props::side_table},
                             Side::kBefore,
                             0.7f,
                             1,
                             1,
                             22,
                             55,
                             kCups};
const Companion kEndTable = {
    {props::side_table, Thing::kCoffeeTable}, Side::kBeside, 0.4f, 1, 2, 4, 15, kLamp};
const Companion kStandingLamp = {{Thing::kFloorLamp}, Side::kBeside, 0.4f, 1, 2, 4, 25};
const Companion kPlant = {{Thing::kLargePlant}, Side::kBeside, 0.25f, 1, 2, 4, 35};
const Companion kPictures = {{Thing::kPicture}, Side::kOnWall, 0.55f, 1, 3};
const Companion kRug = {{Thing::kRug}, Side::kBeneath, 0.4f};

const Purpose kSitting = {
    4,
    2,
    2.5f,
    {{{Thing::kSofa, Thing::kSofa, Thing::kSofa, Thing::kArmchair},
      true,
      {Repeat::kOnce, Repeat::kOnce, Repeat::kEll, Repeat::kRow},
      1,
      {},
      {kRug,
       kLowTable,
       {{Thing::kArmchair, Thing::kSofa, props::pouf}, Side::kFlank, 0.45f, 1, 2, 15, 60},
       kEndTable,
       kStandingLamp,
       kPlant,
       kPictures}}}};

// Seats in the middle of the room, round a low table or across from each other.
const Purpose kTalking = {2,
                          0.8f,
                          1.5f,
                          {{{Thing::kCoffeeTable},
                            false,
                            {Repeat::kOnce},
                            1,
                            kCups,
                            {kRug,
                             {{Thing::kSofa, Thing::kArmchair}, Side::kBehind, 0.5f, 1, 1, 20, 50},
                             {{Thing::kSofa, Thing::kArmchair}, Side::kBefore, 0.85f, 1, 1, 20, 45},
                             {{Thing::kArmchair, Thing::kChair, props::pouf}, Side::kRound, 0.6f},
                             {{Thing::kHangingLamp}, Side::kOver, 0.25f}}},
                           {{Thing::kSideboard, Thing::kBookcase},
                            true,
                            {Repeat::kOnce},
                            0.6f,
                            kOrnaments,
                            {kPictures}}}};

const Purpose kAcross = {
    1,
    0.5f,
    0.3f,
    {{{Thing::kSofa, Thing::kArmchair},
      false,
      {Repeat::kFaceToFace, Repeat::kFaceToFace, Repeat::kRing},
      1,
      {},
      {{{Thing::kCoffeeTable, props::side_table}, Side::kBefore, 0.7f, 1, 1, 5, 25, kCups},
       kStandingLamp}}}};

const Purpose kWatching = {
    2.5f,
    1.5f,
    1.2f,
    {{{Thing::kSideboard, Thing::kSideboard, bench},
      true,
      {Repeat::kOnce},
      1,
      kScreen,
      {{{Thing::kSofa, Thing::kSofa, Thing::kArmchair}, Side::kBefore, 0.85f, 1, 1, 110, 230},
       {{Thing::kCoffeeTable, props::side_table}, Side::kBefore, 0.5f, 1, 1, 50, 90, kCups},
       {{props::speaker, Thing::kLargePlant, Thing::kFloorLamp}, Side::kBeside, 0.5f, 1, 2, 5, 25},
       kRug},
      110}}};

const Purpose kEating = {1.5f,
                         2,
                         1.6f,
                         {{{Thing::kDiningTable},
                           false,
                           {Repeat::kOnce},
                           1,
                           kMeal,
                           {kRug,
                            {{Thing::kChair}, Side::kRound, 0.97f},
                            {{Thing::kHangingLamp}, Side::kOver, 0.6f, 1, 1}}},
                          {{Thing::kSideboard, Thing::kBookcase},
                           true,
                           {Repeat::kOnce},
                           0.5f,
                           kOrnaments,
                           {kPictures},
                           120}}};

const Purpose kReading = {
    0.8f,
    1.5f,
    1,
    {{{Thing::kArmchair, Thing::kArmchair, Thing::kSofa},
      true,
      {Repeat::kOnce, Repeat::kEll},
      1,
      {},
      {{{Thing::kFloorLamp}, Side::kBeside, 0.8f, 1, 1, 4, 20},
       {{props::side_table, Thing::kCoffeeTable}, Side::kBefore, 0.5f, 1, 1, 10, 30, kCups},
       {{Thing::kBookcase}, Side::kBeside, 0.6f, 1, 2, 6, 40},
       kPictures,
       kRug}},
     {{Thing::kBookcase}, true, {Repeat::kRow, Repeat::kOnce}, 0.6f, kOrnaments, {}}}};

const Purpose kPlaying = {
    0.2f,
    1,
    0.25f,
    {{{toy_box, props::side_table, Thing::kCoffeeTable},
      true,
      {Repeat::kOnce, Repeat::kRow},
      1,
      {{{toy, toy_ball, props::ring_toy}, 0.9f, 1, 5}},
      {{{toy, toy_ball, props::ring_toy}, Side::kBefore, 0.9f, 1, 4, 10, 90},
       {{toy, toy_ball, Thing::kBall, Thing::kRing}, Side::kFlank, 0.7f, 1, 3, 5, 70},
       kRug}},
     {{Thing::kSofa, Thing::kArmchair}, true, {Repeat::kOnce}, 0.8f, {}, {kEndTable, kPictures}}}};

const Purpose kStoring = {
    0.3f,
    1.8f,
    1,
    {{{Thing::kSideboard, Thing::kSideboard, Thing::kBookcase},
      true,
      {Repeat::kRow, Repeat::kOnce, Repeat::kEll},
      1,
      kOrnaments,
      {kPictures,
       kPlant,
       {{Thing::kArmchair, Thing::kChair, props::pouf}, Side::kBeside, 0.45f, 1, 1, 6, 40}},
      170}}};

const Purpose kPassing = {0,
                          0.8f,
                          0,
                          {{{Thing::kDoor},
                            true,
                            {Repeat::kOnce},
                            1,
                            {},
                            {{{bench, props::pouf, Thing::kLargePlant, Thing::kChair},
                              Side::kBeside,
                              0.6f,
                              1,
                              2,
                              10,
                              50}}}}};

const Purpose kMusic = {
    0.3f,
    0.6f,
    0.4f,
    {{{props::piano},
      true,
      {Repeat::kOnce},
      1,
      kOrnaments,
      {{{props::pouf, bench, Thing::kChair}, Side::kBefore, 0.85f, 1, 1, 8, 30},
       {{props::speaker, Thing::kFloorLamp, Thing::kArmchair}, Side::kBeside, 0.6f, 1, 2, 5, 40},
       kPictures}},
     {{Thing::kSofa, Thing::kArmchair}, false, {Repeat::kOnce}, 0.7f, {}, {kLowTable}}}};

const Purpose kPlants = {
    0.1f,
    0.7f,
    0.4f,
    {{{props::side_table, bench, Thing::kCoffeeTable},
      true,
      {Repeat::kOnce, Repeat::kRow},
      1,
      {{{Thing::kSmallPlant, Thing::kSmallPlant, props::vase}, 0.95f, 1, 4}},
      {{{Thing::kLargePlant}, Side::kBeside, 0.8f, 1, 2, 4, 40},
       {{Thing::kArmchair, Thing::kChair}, Side::kBefore, 0.4f, 1, 1, 20, 60}}},
     {{Thing::kSofa, Thing::kArmchair}, true, {Repeat::kOnce}, 0.7f, {}, {kEndTable}}}};

const Purpose kWindowSeat = {
    0.3f,
    0.8f,
    0.5f,
    {{{bench, bench, toy_box},
      true,
      {Repeat::kOnce},
      1,
      {{{props::book_stack, props::mug}, 0.3f, 1, 2}},
      {{{props::side_table, Thing::kCoffeeTable}, Side::kBefore, 0.6f, 1, 1, 20, 50, kCups},
       kStandingLamp,
       kPlant}}}};

const Purpose kWorking = {
    0,
    0.35f,
    0,
    {{{Thing::kDesk, Thing::kDiningTable},
      true,
      {Repeat::kOnce},
      1,
      {{{props::laptop, props::book_stack, Thing::kTableLamp, props::mug}, 0.9f, 1, 4}},
      {{{Thing::kChair}, Side::kBefore, 0.9f, 1, 1, 4, 25}, kPictures}}}};

const RoomRules kLivingroomRules = {
    {kSitting, kTalking, kAcross, kWatching, kEating, kReading, kPlaying, kStoring, kPassing,
     kMusic, kPlants, kWindowSeat, kWorking},
    280,
    640,
    230,
    370,
    {Thing::kBookcase, Thing::kSideboard, Thing::kLivingExtra, Thing::kDoor, Thing::kArmchair,
     Thing::kFloorLamp, Thing::kLargePlant},
    {Thing::kArmchair, Thing::kCoffeeTable, Thing::kBall, Thing::kLargePlant, Thing::kChair,
     Thing::kFloorLamp},
    {Thing::kSmallPlant, Thing::kSmallPlant, Thing::kTableItem, Thing::kTableLamp}};

}  // namespace

void arrange_zoned_livingroom(Scene& scene, Furnisher& furnisher, Random& random) {
  arrange_by_rules(kLivingroomRules, scene, furnisher, random);
}

}  // namespace geond::rendering
