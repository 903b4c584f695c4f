// SPDX-License-Identifier: MIT
// Who keeps a room, and how its zones get their purposes.
#include "layout_zones.hpp"

#include <algorithm>
#include <cmath>

#include "layout_further.hpp"
#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

bool is_repeatable(Thing thing) {
  static const Things repeatable = {
      Thing::kDesk,        Thing::kOfficeChair, Thing::kMonitor,      Thing::kBookcase,
      Thing::kSofa,        Thing::kArmchair,    Thing::kChair,        Thing::kCoffeeTable,
      Thing::kDiningTable, Thing::kSideboard,   Thing::kFloorLamp,    Thing::kTableLamp,
      Thing::kHangingLamp, Thing::kLargePlant,  Thing::kOfficeStorage};
  return std::find(repeatable.begin(), repeatable.end(), thing) != repeatable.end();
}

bool comes_in_heights(Thing thing) {
  return thing == Thing::kBookcase || thing == Thing::kOfficeStorage ||
         thing == Thing::kSideboard || thing == Thing::kLargePlant || thing == Thing::kFloorLamp;
}

}  // namespace

Household draw_household(Random& random) {
  Household household;
  household.clutter = random.unit();
  household.density = random.uniform(0.15f, 1);
  // Either nearly all alike or nearly all different; few people mix.
  household.sameness = random.chance(0.5f) ? random.uniform(0.8f, 1) : random.uniform(0, 0.3f);
  household.noise = random.chance(0.3f) ? 0.01f : random.uniform(0.03f, 0.28f);
  household.stature = random.between(-1, 1);
  for (float* taste : {&household.lamps, &household.plants, &household.pictures, &household.books})
    *taste = random.chance(0.2f) ? 0 : random.uniform(0.4f, 1.8f);
  return household;
}

ModelPtr HouseholdFurnisher::choose(Thing thing, Random& random) {
  ModelPtr first = shop_.get(thing, random);
  if (household_.stature == 0 || !comes_in_heights(thing)) return first;
  ModelPtr second = shop_.get(thing, random);
  const bool is_higher = second->size.y() > first->size.y();
  return is_higher == (household_.stature > 0) ? second : first;
}

ModelPtr HouseholdFurnisher::get(Thing thing, Random& random) {
  if (!is_repeatable(thing)) return shop_.get(thing, random);
  ModelPtr& usual = usual_[thing];
  if (!usual || !random.chance(household_.sameness)) usual = choose(thing, random);
  return usual;
}

namespace {

// One that fits the zone and is low enough, as long as a few tries find such.
ModelPtr anchor_for(Work& work, const Cluster& cluster, const Zone& zone) {
  constexpr int kTries = 6;
  const Kind kind = work.random.pick(cluster.anchors);
  ModelPtr model = make(work, kind);
  for (int i = 0; i < kTries; ++i) {
    const Vector3& size = model->size;
    if (size.x() < zone.width && size.z() < zone.depth && size.y() < cluster.highest) break;
    model = make(work, work.random.pick(cluster.anchors));
  }
  return model;
}

// All anchors come before what is drawn up to them, so that a row is not cut short by the chairs.
std::vector<Instance> lay_out(Work& work, const Cluster& cluster, const Zone& zone) {
  ModelPtr model = anchor_for(work, cluster, zone);
  std::vector<Instance> anchors;
  for (const Slot& slot : slots_for(cluster, zone, model->size, work.random)) {
    const float crooked = work.random.normal(work.household.noise * 0.25f);
    if (const auto placed =
            put(work.scene, model, zone.spot, slot.right, slot.forward, slot.turn + crooked))
      anchors.push_back(*placed);
    if (!work.random.chance(work.household.sameness)) model = anchor_for(work, cluster, zone);
  }
  for (const Instance& anchor : anchors) furnish_group(work, cluster, anchor, zone);
  return anchors;
}

const Purpose& draw_purpose(const RoomRules& rules, float Purpose::* weight, Random& random) {
  float sum = 0;
  for (const Purpose& purpose : rules.purposes) sum += purpose.*weight;
  float left = random.uniform(0, sum);
  for (const Purpose& purpose : rules.purposes)
    if ((left -= purpose.*weight) < 0) return purpose;
  return rules.purposes.front();
}

// The first anchor of the purpose's first group, if there was room for it.
std::optional<Instance> serve(Work& work, const Purpose& purpose, const Zone& zone) {
  std::optional<Instance> first;
  for (const Cluster& cluster : purpose.clusters) {
    const bool is_first = &cluster == &purpose.clusters.front();
    if (!is_first && !work.random.chance(cluster.chance)) continue;
    const std::vector<Instance> anchors = lay_out(work, cluster, zone);
    if (is_first && !anchors.empty()) first = anchors.front();
  }
  return first;
}

Vector3 top_of(const Instance& instance) {
  return instance.position + Vector3(0, std::min(instance.model->top, 110.0f), 0);
}

// A board under a window, wider than it, with things on it.
std::vector<Instance> put_sills(Work& work, const Things& things) {
  std::vector<Instance> sills;
  for (const AreaLight& light : work.scene.lights) {
    const float foot = light.centre.y() - light.half_v.norm() - 6;
    if (std::fabs(light.normal.y()) > 0.5f || foot < 40) continue;
    const float width = 2 * light.half_u.norm() + work.random.uniform(5, 30);
    const float depth = work.random.uniform(14, 30);
    const ModelPtr board = props::block(work.random, Vector3(width, 3, depth));
    const Vector3 place = light.centre + light.normal * (depth / 2);
    const float yaw = std::atan2(light.normal.x(), light.normal.z());
    const Instance sill = work.scene.add(board, Vector3(place.x(), foot, place.z()), yaw);
    const int count = work.random.between(1, 6);
    Things standing;
    for (int i = 0; i < count; ++i) standing.push_back(work.random.pick(things));
    dress(work.scene, work.furnisher, work.random, sill, standing);
    sills.push_back(sill);
  }
  return sills;
}

void see_near(Work& work, const RoomRules& rules) {
  const float style = work.random.unit();
  const std::vector<Instance> sills =
      style < 0.25f ? put_sills(work, rules.on_sills) : std::vector<Instance>();
  const Zone zone = whole_room(work.scene, work.random);
  std::optional<Instance> seen;
  for (int tries = 0; tries < 4 && !seen; ++tries)
    seen = serve(work, draw_purpose(rules, &Purpose::near, work.random), zone);
  if (!sills.empty() && style < 0.12f) seen = sills.front();
  if (seen) work.scene.focus = seen->position.y() > 1 ? seen->position : top_of(*seen);
}

// How many things a room of this size holds at least; a large one with few shows bare floor.
size_t least_of(const Scene& scene) {
  const float square_metres = scene.room.size.x() * scene.room.size.z() * 1e-4f;
  return 8 + static_cast<size_t>(square_metres / 3);
}

void see_all(Work& work, const RoomRules& rules) {
  if (work.random.chance(0.4f)) put_sills(work, rules.on_sills);
  const std::vector<Zone> zones = divide(work.scene, work.random);
  for (const Zone& zone : zones) {
    const bool is_main = &zone == &zones.front();
    if (!is_main && !work.random.chance(0.6f + 0.4f * work.household.density)) continue;
    serve(work, draw_purpose(rules, is_main ? &Purpose::main : &Purpose::other, work.random), zone);
  }
  constexpr int kRounds = 4;
  const size_t least = least_of(work.scene);
  for (int round = 0; round < kRounds && work.scene.instances().size() < least; ++round) {
    const Purpose& purpose = draw_purpose(rules, &Purpose::main, work.random);
    serve(work, purpose, work.random.pick(zones));
  }
}

int rounded(float number) {
  return static_cast<int>(std::lround(number));
}

}  // namespace

void arrange_by_rules(const RoomRules& rules, Scene& scene, Furnisher& furnisher, Random& random) {
  const Household household = draw_household(random);
  HouseholdFurnisher keeper(furnisher, household);
  Work work{scene, keeper, random, household};
  const bool near = random.chance(0.25f);
  shape_room(scene, random, near ? rules.least_near : rules.least,
             near ? rules.most_near : rules.most);
  light_room(scene, random);
  if (near)
    see_near(work, rules);
  else
    see_all(work, rules);
  line_walls(scene, keeper, random, rules.along_walls, rounded(4 * household.density));
  scatter(scene, keeper, random, rules.about, 0, rounded(4 * household.clutter));
  constexpr size_t kLeast = 9;
  fill_up(scene, keeper, random, rules.about, kLeast);
  hang_pictures_about(scene, keeper, random, rounded(2 * household.pictures));
}

}  // namespace geond::rendering
