// SPDX-License-Identifier: MIT
// People: rounded limbs that run into each other. No geon fits a person, though heads look like
// spheres.
#include <Eigen/Geometry>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

// What one wears, and of what colour skin and hair are.
struct Looks {
  int skin, hair, top, sleeves, trousers, shoes;
};

Looks any_looks(PropKit& kit) {
  Random& random = kit.random();
  const Vector3 tone(0.62f, 0.42f, 0.32f);
  const int skin = kit.plain(tone * random.uniform(0.2f, 1.15f));
  const Vector3 dark_hair(0.05f, 0.035f, 0.025f), fair_hair(0.45f, 0.3f, 0.16f);
  const float fair = random.chance(0.65f) ? random.uniform(0, 0.2f) : random.uniform(0.2f, 1);
  const int hair = kit.plain(dark_hair + (fair_hair - dark_hair) * fair, 0.06f, 30);
  const int top =
      random.chance(0.5f) ? kit.plain(muted_colour(random, 0.03f, 0.8f), 0.01f, 5) : kit.cloth();
  const int sleeves = random.chance(0.65f) ? top : skin;
  const int trousers =
      random.chance(0.7f) ? kit.plain(muted_colour(random, 0.02f, 0.3f), 0.01f, 5) : kit.cloth();
  return {skin, hair, top, sleeves, trousers, kit.dark()};
}

void add_rounded(PropKit& kit, const Vector3& centre, const Vector3& half, int surface,
                 const Matrix3& turn = Matrix3::Identity()) {
  Geon geon = sphere_at(centre, 1);
  geon.half = half;
  geon.axes = turn;
  kit.add(geon, surface, PartRole::kNegative);
}

// From one joint to the next.
void add_limb(PropKit& kit, const Vector3& from, const Vector3& to, float thick, int surface) {
  const Vector3 along = to - from;
  const Matrix3 turn =
      Eigen::Quaternionf::FromTwoVectors(Vector3::UnitY(), along.normalized()).toRotationMatrix();
  add_rounded(kit, (from + to) / 2, Vector3(thick, along.norm() / 2 + thick * 0.7f, thick), surface,
              turn);
}

// The body above the hips, leaning forward by `lean` about them; hands are added by add_arms.
struct Torso {
  Vector3 hips;
  Matrix3 lean;
  // A point so far right of, above and before the hips.
  Vector3 at(float right, float up, float forward) const {
    return hips + lean * Vector3(right, up, forward);
  }
};

void add_head(PropKit& kit, const Torso& torso, const Looks& looks) {
  Random& random = kit.random();
  const Matrix3 nod =
      torso.lean * turn_about_y(random.normal(0.4f)) * turn_about_x(random.uniform(-0.15f, 0.5f));
  const Vector3 middle = torso.at(0, 68, 2);
  add_limb(kit, torso.at(0, 50, 0), middle, 5.5f, looks.skin);
  add_rounded(kit, middle, Vector3(7.6f, 11.5f, 9.4f), looks.skin, nod);
  if (random.chance(0.92f))
    add_rounded(kit, middle + nod * Vector3(0, 3.4f, -1.8f), Vector3(8.4f, 9.6f, 9.8f), looks.hair,
                nod);
  if (random.chance(0.35f))
    add_rounded(kit, middle + nod * Vector3(0, -7, -5.5f), Vector3(9, 15, 5.5f), looks.hair, nod);
}

void add_trunk(PropKit& kit, const Torso& torso, const Looks& looks) {
  const float girth = kit.random().uniform(0.88f, 1.25f);
  add_rounded(kit, torso.at(0, 34, 0), Vector3(19, 22, 11.5f * girth), looks.top, torso.lean);
  add_rounded(kit, torso.at(0, 10, 0), Vector3(16.5f * girth, 20, 11.5f * girth), looks.top,
              torso.lean);
  add_rounded(kit, torso.at(0, -2, 0), Vector3(17 * girth, 11, 12 * girth), looks.trousers);
}

// The arms, each to where its hand is.
void add_arms(PropKit& kit, const Torso& torso, const Looks& looks, const Vector3& right_hand,
              const Vector3& left_hand) {
  for (int side = -1; side <= 1; side += 2) {
    const float s = static_cast<float>(side);
    const Vector3 shoulder = torso.at(s * 16.5f, 44, 0), hand = side > 0 ? right_hand : left_hand;
    // Elbows hang, a little outwards and back.
    const Vector3 elbow = (shoulder + hand) / 2 + Vector3(s * 6, -9, -4);
    add_rounded(kit, shoulder, Vector3(6.2f, 5.5f, 6), looks.top);
    add_limb(kit, shoulder, elbow, 5.2f, looks.top);
    add_limb(kit, elbow, hand, 4, looks.sleeves);
    add_rounded(kit, hand, Vector3(4, 3, 6), looks.skin);
  }
}

void add_leg(PropKit& kit, const Vector3& hip, const Vector3& knee, const Vector3& ankle,
             const Looks& looks) {
  add_limb(kit, hip, knee, 8, looks.trousers);
  add_limb(kit, knee, ankle, 5.6f, looks.trousers);
  add_rounded(kit, ankle + Vector3(0, -3, 6), Vector3(4.8f, 4, 13), looks.shoes);
}

}  // namespace

ModelPtr standing_person(Random& random) {
  PropKit kit(random);
  const Looks looks = any_looks(kit);
  const Torso torso = {Vector3(0, 98, 0), turn_about_x(random.normal(0.06f))};
  add_trunk(kit, torso, looks);
  add_head(kit, torso, looks);
  const float stride = random.normal(9);
  for (int side = -1; side <= 1; side += 2) {
    const float s = static_cast<float>(side), step = s * stride;
    add_leg(kit, Vector3(s * 9, 94, 0), Vector3(s * 10, 50, step + 3), Vector3(s * 11, 8, step),
            looks);
  }
  const bool busy = random.chance(0.4f);
  const auto hand = [&](float side) {
    return busy ? torso.at(side * random.uniform(4, 18), random.uniform(15, 40), 28)
                : torso.at(side * random.uniform(21, 32), -random.uniform(5, 12), 4);
  };
  const Vector3 right = hand(1), left = hand(-1);
  add_arms(kit, torso, looks, right, left);
  return kit.finish();
}

ModelPtr seated_person(Random& random) {
  PropKit kit(random);
  const Looks looks = any_looks(kit);
  const Torso torso = {Vector3(0, 56, -4), turn_about_x(random.uniform(-0.15f, 0.4f))};
  add_trunk(kit, torso, looks);
  add_head(kit, torso, looks);
  for (int side = -1; side <= 1; side += 2) {
    const float s = static_cast<float>(side), knee = random.uniform(9, 17),
                reach = random.uniform(28, 52);
    add_leg(kit, Vector3(s * 9, 54, 0), Vector3(s * knee, 53, 40), Vector3(s * knee, 8, reach),
            looks);
  }
  // Over a desk, or in the lap.
  const bool at_work = random.chance(0.7f);
  const float height = at_work ? 76.0f : 62.0f, reach = at_work ? 42.0f : 26.0f;
  const auto hand = [&](float side) {
    const float aside = random.uniform(4, 20);
    return Vector3(side * aside, height, reach + random.normal(5));
  };
  const Vector3 right = hand(1), left = hand(-1);
  add_arms(kit, torso, looks, right, left);
  return kit.finish_here();
}

}  // namespace geond::rendering::props
