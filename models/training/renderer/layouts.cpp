// SPDX-License-Identifier: MIT
#include "layouts.hpp"

#include "arranging.hpp"
#include "people.hpp"
#include "props.hpp"
#include "telling.hpp"

namespace geond::rendering {
namespace {

constexpr Manner kFirstManner = {furnish_office, furnish_livingroom, furnish_warehouse,
                                 furnish_greenhouse, scatter_geons};

struct Share {
  const Manner& manner;
  float share;
};

// The second manner knows fewer arrangements than the others; the fifth and the sixth have offices
// and living rooms of their own, which are taken for each other. The shares sum to 1.
constexpr Share kTaught[] = {{kFirstManner, 0.13f},  {kSecondManner, 0.07f}, {kThirdManner, 0.18f},
                             {kFourthManner, 0.14f}, {kFifthManner, 0.28f},  {kSixthManner, 0.2f}};

const Manner& taught_manner(Random& random) {
  float left = random.unit();
  for (const Share& taught : kTaught)
    if ((left -= taught.share) < 0) return taught.manner;
  return kFirstManner;
}

Pattern floor_pattern(Random& random) {
  Pattern pattern = random.chance(0.4f) ? wood_pattern(random, 60) : random_pattern(random, 80);
  if (random.chance(0.35f)) {
    pattern.kind = random.chance(0.5f) ? PatternKind::kPlain : PatternKind::kSpeckle;
    pattern.first = muted_colour(random, 0.12f, 0.6f);
    pattern.second = pattern.first * random.uniform(0.7f, 1.1f);
  }
  return pattern;
}

Pattern wall_pattern(Random& random) {
  Pattern pattern;
  pattern.first = muted_colour(random, 0.3f, 0.85f);
  if (random.chance(0.2f)) pattern.first = vivid_colour(random) * 0.8f + Vector3::Constant(0.15f);
  pattern.second = pattern.first * random.uniform(0.6f, 0.95f);
  pattern.direction = random.chance(0.7f) ? Vector3(1, 0, 1).normalized() : Vector3::UnitY();
  pattern.period = random.uniform(15, 90);
  if (random.chance(0.45f)) {
    static const std::vector<PatternKind> kinds = {PatternKind::kStripes, PatternKind::kBrick,
                                                   PatternKind::kMarble, PatternKind::kWood,
                                                   PatternKind::kChecks};
    pattern.kind = random.pick(kinds);
  }
  if (random.chance(0.15f)) show_picture(pattern, random, 120);
  return pattern;
}

void furnish_in(const Manner& manner, Scene& scene, SceneKind kind, Furnisher& furnisher,
                Random& random) {
  decorate(scene.room, random);
  manner[static_cast<size_t>(kind)](scene, furnisher, random);
}

bool may_carry(const Instance& instance) {
  const Model& model = *instance.model;
  return instance.position.y() < 1 && model.top > 20 && model.top < 150 && model.size.x() < 350;
}

// What no scene is known by, on the floor and on top of what stands there.
void add_oddments(Scene& scene, Furnisher& furnisher, Random& random) {
  scatter(scene, furnisher, random, {Thing::kOddment}, 0, 2);
  const int loads = random.between(0, 3);
  for (int i = 0; i < loads && !scene.instances().empty(); ++i) {
    const Instance base = random.pick(scene.instances());
    if (may_carry(base)) load(scene, furnisher, random, base, {Thing::kTrinket}, 2);
  }
}

}  // namespace

void decorate(Room& room, Random& random) {
  room.walls = wall_pattern(random);
  room.floor = floor_pattern(random);
  room.ceiling.first = Vector3::Constant(random.uniform(0.5f, 0.85f));
  room.floor_gloss = random.uniform(15, 80);
  room.sky = Vector3(random.uniform(0.6f, 0.95f), random.uniform(0.8f, 0.95f),
                     random.uniform(0.9f, 1.2f)) *
             random.uniform(0.8f, 2.2f);
}

void add_strays(Scene& scene, Random& random, int most) {
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) {
    const float size = random.log_uniform(15, 60);
    const ModelPtr stray = props::solid(random, size, 0.65f);
    scene.mark_bystander(stray);
    scene.place_anywhere(random, stray, 20);
  }
}

void furnish(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random) {
  NotingFurnisher noting(furnisher);
  furnish_in(taught_manner(random), scene, kind, noting, random);
  if (random.chance(0.4f)) add_oddments(scene, noting, random);
  add_people(scene, noting, random);
  mark_bystanders(scene, noting, kind);
}

void furnish_for_test(Scene& scene, SceneKind kind, Furnisher& furnisher, Random& random) {
  NotingFurnisher noting(furnisher);
  furnish_in(kTestManner, scene, kind, noting, random);
  add_people(scene, noting, random);
  mark_bystanders(scene, noting, kind);
}

}  // namespace geond::rendering
