// SPDX-License-Identifier: MIT
// What zones of an office are for.
#include "layout_further.hpp"
#include "layout_zones.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr printer(Random& random) {
  const float width = random.uniform(38, 62), height = random.uniform(18, 50),
              depth = random.uniform(34, 50);
  return props::block(random, Vector3(width, height, depth));
}
ModelPtr paper(Random& random) {
  const float height = random.log_uniform(0.8f, 14);
  return props::block(random, Vector3(21, height, 30));
}
ModelPtr telephone(Random& random) {
  const float width = random.uniform(12, 20), height = random.uniform(4, 8);
  return props::block(random, Vector3(width, height, 20));
}
ModelPtr partition(Random& random) {
  const float width = random.uniform(90, 180), height = random.uniform(100, 170);
  return props::block(random, Vector3(width, height, random.uniform(3, 7)));
}
ModelPtr board(Random& random) {
  const float width = random.uniform(80, 190), height = random.uniform(60, 115);
  return props::block(random, Vector3(width, height, 3));
}
ModelPtr pedestal(Random& random) {
  const float width = random.uniform(36, 48), height = random.uniform(45, 65);
  return props::block(random, Vector3(width, height, random.uniform(40, 55)));
}
// A model of what is drawn.
ModelPtr sample(Random& random) {
  const float size = random.uniform(8, 24);
  return props::loose_geon(random, size);
}

// What lies on a desk where somebody works at a screen.
const std::vector<Lying> kScreenWork = {
    {{Thing::kMonitor}, 0.9f, 1, 2, Half::kBack},
    {{props::keyboard}, 0.55f, 1, 1, Half::kFront},
    {{Thing::kDeskItem, Thing::kDeskItem, props::mug, paper}, 0.85f, 1, 5, Half::kAnywhere},
    {{Thing::kTableLamp}, 0.2f, 1, 1, Half::kBack}};
const std::vector<Lying> kPaperWork = {
    {{paper, props::book_stack}, 0.8f, 1, 4, Half::kAnywhere},
    {{Thing::kDeskItem, props::mug, telephone}, 0.8f, 1, 4, Half::kAnywhere},
    {{props::laptop}, 0.4f, 1, 1, Half::kFront}};
const std::vector<Lying> kOnCabinet = {
    {{paper, Thing::kCarton, Thing::kSmallPlant, Thing::kDeskItem, props::book_stack},
     0.7f,
     1,
     4,
     Half::kAnywhere}};

const Companion kSeat = {{Thing::kOfficeChair}, Side::kBefore, 0.92f, 1, 1, 4, 35};
const Companion kBin = {{Thing::kBin}, Side::kBeside, 0.35f, 1, 1, 5, 30};

const Purpose kWorkingAlone = {
    3,
    3,
    3,
    {{{Thing::kDesk},
      true,
      {Repeat::kOnce, Repeat::kOnce, Repeat::kEll},
      1,
      kScreenWork,
      {kSeat,
       kBin,
       {{Thing::kOfficeStorage, pedestal}, Side::kBeside, 0.4f, 1, 1, 5, 20, kOnCabinet},
       {{Thing::kPicture, board}, Side::kOnWall, 0.45f},
       {{Thing::kFloorLamp, Thing::kLargePlant}, Side::kBeside, 0.3f, 1, 1, 5, 40}}}}};

// The one who works here looks into the room, and visitors at him.
const Purpose kReceiving = {
    1.5f,
    0.6f,
    1.2f,
    {{{Thing::kDesk},
      false,
      {Repeat::kOnce},
      1,
      kScreenWork,
      {kSeat,
       {{Thing::kChair, Thing::kOfficeChair}, Side::kBehind, 0.7f, 1, 2, 10, 40},
       {{Thing::kOfficeStorage, pedestal}, Side::kBeside, 0.4f, 1, 1, 5, 30, kOnCabinet},
       {{Thing::kHangingLamp}, Side::kOver, 0.2f}}}}};

const Purpose kBlock = {4,
                        2,
                        1,
                        {{{Thing::kDesk},
                          false,
                          {Repeat::kBackToBack, Repeat::kBackToBack, Repeat::kRows, Repeat::kRow},
                          1,
                          kScreenWork,
                          {kSeat,
                           kBin,
                           {{pedestal}, Side::kBeside, 0.25f, 1, 1, 4, 8},
                           {{partition}, Side::kBehind, 0.15f, 1, 1, 5, 6},
                           {{Thing::kHangingLamp}, Side::kOver, 0.15f}}}}};

const Purpose kMeeting = {
    2,
    1.2f,
    1.3f,
    {{{Thing::kDiningTable, Thing::kDesk},
      false,
      {Repeat::kOnce, Repeat::kOnce, Repeat::kBackToBack},
      1,
      {{{paper, props::laptop, props::mug, props::mug, Thing::kDeskItem}, 0.9f, 1, 7}},
      {{{Thing::kOfficeChair, Thing::kOfficeChair, Thing::kChair}, Side::kRound, 1},
       {{Thing::kHangingLamp}, Side::kOver, 0.25f, 1, 1}}},
     {{Thing::kSideboard, Thing::kOfficeStorage},
      true,
      {Repeat::kOnce},
      0.5f,
      {{{Thing::kTelevision, printer, Thing::kMonitor}, 0.5f, 1, 1}},
      {{{board}, Side::kOnWall, 0.7f}}}}};

const Purpose kFiling = {
    0.3f,
    2,
    0.8f,
    {{{Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase, props::filing_cabinet},
      true,
      {Repeat::kRow, Repeat::kRow, Repeat::kEll},
      1,
      kOnCabinet,
      {{{Thing::kOfficeChair, Thing::kCarton, Thing::kLadder, Thing::kDesk},
        Side::kBefore,
        0.3f,
        1,
        1,
        40,
        90,
        kPaperWork}}}}};

const Purpose kWaiting = {0.4f,
                          1,
                          0.4f,
                          {{{Thing::kChair, Thing::kOfficeChair, Thing::kArmchair, Thing::kSofa},
                            true,
                            {Repeat::kRow, Repeat::kRow, Repeat::kEll},
                            1,
                            {},
                            {{{Thing::kLargePlant, Thing::kBin}, Side::kBeside, 0.2f, 1, 1, 4, 15},
                             {{Thing::kPicture, board}, Side::kOnWall, 0.4f}}},
                           {{Thing::kDesk}, false, {Repeat::kOnce}, 0.8f, kScreenWork, {kSeat}}}};

const Purpose kPrinting = {
    0.3f,
    1.5f,
    1.2f,
    {{{pedestal, props::filing_cabinet, Thing::kOfficeStorage, Thing::kDesk},
      true,
      {Repeat::kOnce, Repeat::kOnce, Repeat::kRow},
      1,
      {{{printer}, 0.9f, 1, 1}, {{paper, paper, Thing::kCarton, props::mug}, 0.8f, 1, 4}},
      {{{Thing::kBin, Thing::kCarton}, Side::kBeside, 0.7f, 1, 2, 4, 20},
       {{board, Thing::kPicture}, Side::kOnWall, 0.4f}},
      115},
     {{Thing::kDesk}, true, {Repeat::kOnce}, 0.7f, kPaperWork, {kSeat}}}};

const Purpose kPausing = {
    0.2f,
    0.9f,
    0.3f,
    {{{Thing::kDiningTable, Thing::kCoffeeTable},
      false,
      {Repeat::kOnce},
      1,
      {{{props::mug, props::mug, Thing::kDeskItem, Thing::kTableItem}, 0.9f, 1, 4}},
      {{{Thing::kChair, Thing::kOfficeChair}, Side::kRound, 0.9f}}},
     {{Thing::kDesk, Thing::kOfficeStorage}, true, {Repeat::kRow}, 0.8f, kScreenWork, {kSeat}}}};

// A cell of partitions.
const Purpose kPhoning = {
    0.5f,
    0.8f,
    0.6f,
    {{{Thing::kDesk},
      true,
      {Repeat::kOnce, Repeat::kRow},
      1,
      {{{telephone}, 0.8f, 1, 1, Half::kBack}, {{props::laptop, paper, props::mug}, 0.9f, 1, 4}},
      {kSeat, {{partition}, Side::kFlank, 0.75f, 2, 2, 0, 2}}}}};

const Purpose kDrawing = {
    0.8f,
    0.6f,
    0.6f,
    {{{Thing::kDesk, Thing::kDiningTable},
      false,
      {Repeat::kOnce, Repeat::kRows, Repeat::kFaceToFace},
      1,
      {{{paper}, 1, 1, 4}, {{sample, Thing::kDeskItem, Thing::kTableLamp}, 0.8f, 1, 5}},
      {{{Thing::kChair, Thing::kOfficeChair}, Side::kBefore, 0.85f, 1, 1, 4, 30},
       {{Thing::kFloorLamp}, Side::kBeside, 0.3f, 1, 1, 5, 30},
       kBin}}}};

const Purpose kStoring = {
    0.1f,
    0.8f,
    0.3f,
    {{{Thing::kBookcase, Thing::kOfficeStorage},
      true,
      {Repeat::kRow},
      1,
      {{{Thing::kCarton, paper}, 0.6f, 1, 3}},
      {{{Thing::kCarton}, Side::kBefore, 0.5f, 1, 2, 10, 50, {{{Thing::kCarton}, 0.4f, 1, 1}}}}},
     {{Thing::kDesk}, true, {Repeat::kOnce}, 0.8f, kPaperWork, {kSeat}}}};

const RoomRules kOfficeRules = {
    {kWorkingAlone, kReceiving, kBlock, kMeeting, kFiling, kWaiting, kPrinting, kPausing, kPhoning,
     kDrawing, kStoring},
    300,
    800,
    230,
    370,
    {Thing::kOfficeStorage, Thing::kOfficeStorage, Thing::kBookcase, Thing::kDoor, Thing::kDesk,
     Thing::kLargePlant, Thing::kOfficeChair},
    {Thing::kOfficeChair, Thing::kBin, Thing::kCarton, Thing::kLargePlant, Thing::kDesk},
    {Thing::kSmallPlant, Thing::kDeskItem, Thing::kDeskItem, Thing::kTrinket}};

}  // namespace

void arrange_zoned_office(Scene& scene, Furnisher& furnisher, Random& random) {
  arrange_by_rules(kOfficeRules, scene, furnisher, random);
}

// The rules are for rooms that are lived or worked in; the others have no such zones.
const Manner kSixthManner = {arrange_zoned_office, arrange_zoned_livingroom,
                             arrange_further_warehouse, arrange_further_greenhouse, scatter_geons};

}  // namespace geond::rendering
