// SPDX-License-Identifier: MIT
// What lies on an anchor, stands by it and hangs above it.
#include <algorithm>
#include <cmath>

#include "layout_zones.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

// How often this household has such a thing, against what the grammar says.
float liking(const Household& household, const Kind& kind) {
  if (kind.made == props::book_stack) return household.books;
  if (kind.made) return 1;
  switch (kind.thing) {
    case Thing::kFloorLamp:
    case Thing::kTableLamp:
    case Thing::kHangingLamp:
      return household.lamps;
    case Thing::kLargePlant:
    case Thing::kSmallPlant:
      return household.plants;
    case Thing::kPicture:
      return household.pictures;
    case Thing::kBookcase:
      return household.books;
    default:
      return 1;
  }
}

}  // namespace

ModelPtr make(Work& work, const Kind& kind) {
  return kind.made ? kind.made(work.random) : work.furnisher.get(kind.thing, work.random);
}

namespace {

struct Taken {
  float x, z, half_width, half_depth;
};

bool is_clear(const std::vector<Taken>& taken, const Taken& wanted) {
  return std::none_of(taken.begin(), taken.end(), [&](const Taken& other) {
    return std::fabs(other.x - wanted.x) < other.half_width + wanted.half_width &&
           std::fabs(other.z - wanted.z) < other.half_depth + wanted.half_depth;
  });
}

// One thing on a top, where the grammar wants it.
void lay(Work& work, const Instance& base, const ModelPtr& thing, Half half,
         std::vector<Taken>& taken) {
  constexpr int kTries = 8;
  const Vector3 free = (base.model->size - thing->size) / 2;
  if (free.x() < 0 || free.z() < 0) return;
  for (int i = 0; i < kTries; ++i) {
    const float x = work.random.uniform(-free.x(), free.x());
    const float depth = work.random.unit();
    const float z = half == Half::kBack    ? -free.z() * (0.5f + depth / 2)
                    : half == Half::kFront ? free.z() * depth
                                           : free.z() * (2 * depth - 1);
    const Taken wanted = {x, z, thing->size.x() / 2, thing->size.z() / 2};
    if (!is_clear(taken, wanted)) continue;
    taken.push_back(wanted);
    const float turn = work.random.normal(0.05f + work.household.noise);
    work.scene.add(thing, base.to_world(Vector3(x, base.model->top, z)), base.yaw + turn);
    return;
  }
}

void lay_all(Work& work, const Instance& base, const std::vector<Lying>& layings) {
  std::vector<Taken> taken;
  for (const Lying& lying : layings) {
    if (!work.random.chance(lying.chance)) continue;
    const int most =
        lying.least + static_cast<int>(std::lround(work.household.clutter *
                                                   static_cast<float>(lying.most - lying.least)));
    const int count = work.random.between(lying.least, most);
    for (int i = 0; i < count; ++i) {
      const Kind kind = work.random.pick(lying.kinds);
      if (i > 0 && !work.random.chance(liking(work.household, kind))) continue;
      lay(work, base, make(work, kind), lying.half, taken);
    }
  }
}

void hang_lamp(Work& work, const ModelPtr& lamp, const Instance& anchor) {
  const float foot = work.scene.room.size.y() - lamp->size.y();
  // Nobody hangs a lamp where he knocks his head or it touches what stands below.
  if (foot < anchor.model->size.y() + 50) return;
  work.scene.add(lamp, anchor.position + Vector3(0, foot, 0), anchor.yaw);
}

void spread_rug(Work& work, const ModelPtr& rug, const Instance& anchor) {
  const Vector3 room = work.scene.room.size / 2;
  const float reach = std::max(rug->size.x(), rug->size.z()) / 2;
  if (reach > room.x() || reach > room.z()) return;
  Vector3 place = spot_of(anchor).at(0, work.random.uniform(0, 40));
  place.x() = std::clamp(place.x(), reach - room.x(), room.x() - reach);
  place.z() = std::clamp(place.z(), reach - room.z(), room.z() - reach);
  work.scene.add(rug, place, anchor.yaw);
}

void hang_above(Work& work, const ModelPtr& model, const Instance& anchor, const Zone& zone) {
  if (!zone.walled) return;
  const Vector3 local = turn_about_y(-zone.spot.yaw) * (anchor.position - zone.spot.position);
  if (std::fabs(local.x()) + model->size.x() / 2 > zone.width / 2) return;
  const float lowest = std::max(100.0f, anchor.model->size.y() + work.random.uniform(10, 45));
  if (lowest + model->size.y() > work.scene.room.size.y() - 5) return;
  const float right = local.x() + work.random.normal(12);
  hang(work.scene, model, zone.spot, right, lowest);
}

// On the floor next to its anchor; tries the other side where one is taken.
void stand_by(Work& work, const Companion& companion, const ModelPtr& model,
              const Instance& anchor) {
  const Vector3 own = model->size, size = anchor.model->size;
  const float gap = work.random.uniform(companion.near, companion.far);
  const float crooked = work.random.normal(work.household.noise);
  const float shift = work.random.normal(size.x() * 0.12f);
  const float first = work.random.chance(0.5f) ? 1.0f : -1.0f;
  std::optional<Instance> placed;
  for (float hand = first; !placed && hand * first >= -1; hand -= 2 * first) {
    const Spot spot = spot_of(anchor);
    const float beside = hand * ((size.x() + own.x()) / 2 + gap);
    if (companion.side == Side::kBefore)
      placed =
          put(work.scene, model, spot, hand * shift, (size.z() + own.z()) / 2 + gap, kPi + crooked);
    else if (companion.side == Side::kBehind)
      placed = put(work.scene, model, spot, hand * shift, -(size.z() + own.z()) / 2 - gap, crooked);
    else if (companion.side == Side::kBeside)
      placed = put(work.scene, model, spot, beside, (own.z() - size.z()) / 2, crooked);
    else
      placed = put(work.scene, model, spot, hand * (size.x() / 2 + own.z() / 2 + gap * 0.3f),
                   size.z() / 2 + own.x() / 2 + gap, -hand * kPi / 2 + crooked);
  }
  if (placed) lay_all(work, *placed, companion.lying);
}

void accompany(Work& work, const Companion& companion, const Instance& anchor, const Zone& zone) {
  const Kind kind = work.random.pick(companion.kinds);
  const float keen = 0.55f + 0.6f * work.household.density;
  if (!work.random.chance(companion.chance * keen * liking(work.household, kind))) return;
  const int count = work.random.between(companion.least, companion.most);
  for (int i = 0; i < count; ++i) {
    const ModelPtr model = make(work, kind);
    if (companion.side == Side::kRound)
      seat_round(work.scene, work.random, anchor, model, work.random.uniform(0.45f, 1));
    else if (companion.side == Side::kOver)
      hang_lamp(work, model, anchor);
    else if (companion.side == Side::kOnWall)
      hang_above(work, model, anchor, zone);
    else if (companion.side == Side::kBeneath)
      spread_rug(work, model, anchor);
    else
      stand_by(work, companion, model, anchor);
  }
}

}  // namespace

void furnish_group(Work& work, const Cluster& cluster, const Instance& anchor, const Zone& zone) {
  lay_all(work, anchor, cluster.lying);
  for (const Companion& companion : cluster.companions) accompany(work, companion, anchor, zone);
}

}  // namespace geond::rendering
