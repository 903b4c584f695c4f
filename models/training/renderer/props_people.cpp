// SPDX-License-Identifier: MIT
// People: rounded limbs that run into each other. No geon fits a person, though heads look like
// spheres.
#include "person.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

using person::add_limb, person::add_rounded, person::any_looks, person::Joint, person::Looks;

// A torso is the body above its joint, the hips, and is turned as it leans.
void add_neck_and_head(PropKit& kit, const Joint& torso, const Looks& looks) {
  Random& random = kit.random();
  const float aside = random.normal(0.4f), nod = random.uniform(-0.15f, 0.5f);
  const Vector3 middle = torso.at(0, 68, 2);
  add_limb(kit, torso.at(0, 50, 0), middle, 5.5f, looks.skin);
  const Matrix3 turn = torso.turn * turn_about_y(aside) * turn_about_x(nod);
  person::add_head(kit, {middle, turn}, looks);
}

void add_trunk(PropKit& kit, const Joint& torso, const Looks& looks) {
  const float girth = kit.random().uniform(0.88f, 1.25f);
  add_rounded(kit, torso.at(0, 34, 0), Vector3(19, 22, 11.5f * girth), looks.top, torso.turn);
  add_rounded(kit, torso.at(0, 10, 0), Vector3(16.5f * girth, 20, 11.5f * girth), looks.top,
              torso.turn);
  add_rounded(kit, torso.at(0, -2, 0), Vector3(17 * girth, 11, 12 * girth), looks.trousers);
}

// Of a hand that goes on from the forearm, its back up.
Matrix3 turn_of_hand(const Vector3& forearm) {
  const Vector3 forward = forearm.normalized();
  const Vector3 right = Vector3::UnitY().cross(forward).normalized();
  Matrix3 turn;
  turn << right, forward.cross(right), forward;
  return turn;
}

// The arms, each to where its wrist is.
void add_arms(PropKit& kit, const Joint& torso, const Looks& looks, const Vector3& right_hand,
              const Vector3& left_hand) {
  for (int side = -1; side <= 1; side += 2) {
    const float s = static_cast<float>(side);
    const Vector3 shoulder = torso.at(s * 16.5f, 44, 0), hand = side > 0 ? right_hand : left_hand;
    // Elbows hang, a little outwards and back.
    const Vector3 elbow = (shoulder + hand) / 2 + Vector3(s * 6, -9, -4);
    add_rounded(kit, shoulder, Vector3(6.2f, 5.5f, 6), looks.top);
    add_limb(kit, shoulder, elbow, 5.2f, looks.top);
    add_limb(kit, elbow, hand, 4, looks.sleeves);
    person::add_hand(kit, {hand, turn_of_hand(hand - elbow)}, s, looks);
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
  const Joint torso = {Vector3(0, 98, 0), turn_about_x(random.normal(0.06f))};
  add_trunk(kit, torso, looks);
  add_neck_and_head(kit, torso, looks);
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
  const Joint torso = {Vector3(0, 56, -4), turn_about_x(random.uniform(-0.15f, 0.4f))};
  add_trunk(kit, torso, looks);
  add_neck_and_head(kit, torso, looks);
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
