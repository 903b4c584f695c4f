// SPDX-License-Identifier: MIT
#include "person.hpp"

#include <Eigen/Geometry>

namespace geond::rendering::person {
namespace {

// Half of a head from ear to ear, from chin to crown, from nose to nape.
const Vector3 kHead(7.6f, 11.5f, 9.4f);
// Of curls, before those that would hang into the face are left out.
constexpr int kCurls = 60;

void add_face(PropKit& kit, const Joint& head, const Looks& looks) {
  const int white = kit.plain(Vector3::Constant(0.7f), 0.1f, 60), dark = kit.dark();
  for (int side = -1; side <= 1; side += 2) {
    const float s = static_cast<float>(side);
    add_rounded(kit, head.at(s * 3, 0.8f, 7.6f), Vector3(1.5f, 0.8f, 1), white, head.turn);
    add_rounded(kit, head.at(s * 3, 0.8f, 8.2f), Vector3(0.7f, 0.7f, 0.6f), dark, head.turn);
    add_rounded(kit, head.at(s * 3.1f, 3, 8.1f), Vector3(2, 0.45f, 0.8f), looks.hair, head.turn);
    add_rounded(kit, head.at(s * 7.5f, -0.5f, -0.5f), Vector3(1, 3, 1.8f), looks.skin, head.turn);
  }
  add_rounded(kit, head.at(0, -2, 9.4f), Vector3(1.4f, 2.6f, 1.6f), looks.skin, head.turn);
  add_rounded(kit, head.at(0, -6, 7.9f), Vector3(2.6f, 0.8f, 1), looks.lips, head.turn);
}

void add_glasses(PropKit& kit, const Joint& head) {
  const int frame = kit.dark();
  const float radius = kit.random().uniform(2.3f, 3.1f);
  for (int side = -1; side <= 1; side += 2) {
    Geon rim = torus_at(head.at(static_cast<float>(side) * 3.2f, 0.6f, 9.6f), radius, 0.25f);
    rim.axes = head.turn * turn_about_x(kPi / 2);
    kit.add(rim, frame, PartRole::kUnsure);
  }
}

void add_curls(PropKit& kit, const Joint& head, int hair) {
  Random& random = kit.random();
  const float size = random.uniform(1.8f, 3.4f), length = random.uniform(1, 1.35f);
  for (int i = 0; i < kCurls; ++i) {
    const Vector3 out = random.rotation().col(1);
    // No curls before the face and the throat.
    if (out.y() < 0.25f && out.z() > -0.1f) continue;
    const Vector3 place = out.cwiseProduct(kHead) * length;
    add_rounded(kit, head.at(place.x(), place.y() + 1, place.z() - 1), Vector3::Constant(size),
                hair);
  }
}

// Down to the shoulders, beside the face and behind it.
void add_long_hair(PropKit& kit, const Joint& head, int hair) {
  const float length = kit.random().uniform(11, 21);
  add_rounded(kit, head.at(0, 4 - length * 0.6f, -5.5f), Vector3(9.3f, length, 5.2f), hair,
              head.turn);
  for (int side = -1; side <= 1; side += 2)
    add_rounded(kit, head.at(static_cast<float>(side) * 7.6f, 4 - length * 0.6f, 0),
                Vector3(2.6f, length, 4.6f), hair, head.turn);
}

void add_hair(PropKit& kit, const Joint& head, int hair) {
  Random& random = kit.random();
  const float cut = random.unit();
  if (cut < 0.08f) return;
  add_rounded(kit, head.at(0, 3.4f, -1.8f), Vector3(8.4f, 9.6f, 9.8f), hair, head.turn);
  if (cut < 0.22f) return add_curls(kit, head, hair);
  if (cut < 0.5f) return add_long_hair(kit, head, hair);
  if (cut < 0.58f)
    add_rounded(kit, head.at(0, random.uniform(2, 11), -10), Vector3::Constant(4.5f), hair);
}

}  // namespace

Looks any_looks(PropKit& kit) {
  Random& random = kit.random();
  const Vector3 tone = Vector3(0.62f, 0.42f, 0.32f) * random.uniform(0.2f, 1.15f);
  const int skin = kit.plain(tone), lips = kit.plain(tone.cwiseProduct(Vector3(0.9f, 0.6f, 0.6f)));
  const Vector3 dark_hair(0.05f, 0.035f, 0.025f), fair_hair(0.45f, 0.3f, 0.16f);
  const float fair = random.chance(0.65f) ? random.uniform(0, 0.2f) : random.uniform(0.2f, 1);
  const int hair = kit.plain(dark_hair + (fair_hair - dark_hair) * fair, 0.06f, 30);
  const int top =
      random.chance(0.5f) ? kit.plain(muted_colour(random, 0.03f, 0.8f), 0.01f, 5) : kit.cloth();
  const int sleeves = random.chance(0.65f) ? top : skin;
  const int trousers =
      random.chance(0.7f) ? kit.plain(muted_colour(random, 0.02f, 0.3f), 0.01f, 5) : kit.cloth();
  return {skin, lips, hair, top, sleeves, trousers, kit.dark()};
}

void add_rounded(PropKit& kit, const Vector3& centre, const Vector3& half, int surface,
                 const Matrix3& turn) {
  Geon geon = sphere_at(centre, 1);
  geon.half = half;
  geon.axes = turn;
  kit.add(geon, surface, PartRole::kNegative);
}

void add_limb(PropKit& kit, const Vector3& from, const Vector3& to, float thick, int surface) {
  const Vector3 along = to - from;
  const Matrix3 turn =
      Eigen::Quaternionf::FromTwoVectors(Vector3::UnitY(), along.normalized()).toRotationMatrix();
  add_rounded(kit, (from + to) / 2, Vector3(thick, along.norm() / 2 + thick * 0.7f, thick), surface,
              turn);
}

void add_head(PropKit& kit, const Joint& middle, const Looks& looks) {
  Random& random = kit.random();
  add_rounded(kit, middle.place, kHead, looks.skin, middle.turn);
  add_face(kit, middle, looks);
  add_hair(kit, middle, looks.hair);
  if (random.chance(0.25f))
    add_rounded(kit, middle.at(0, -6.6f, 2.2f), Vector3(7, 6, 6.6f), looks.hair, middle.turn);
  if (random.chance(0.25f)) add_glasses(kit, middle);
}

void add_hand(PropKit& kit, const Joint& wrist, float side, const Looks& looks) {
  Random& random = kit.random();
  add_rounded(kit, wrist.at(0, 0, 4.5f), Vector3(4, 1.6f, 5.2f), looks.skin, wrist.turn);
  const float bend = random.uniform(0.1f, 0.9f);
  for (int finger = 0; finger < 4; ++finger) {
    const float right = 2 * static_cast<float>(finger) - 3;
    const Matrix3 askew = wrist.turn * turn_about_y(right * 0.05f);
    const Vector3 knuckle = wrist.at(right, 0, 8.8f - 0.15f * right * right),
                  middle = knuckle + askew * turn_about_x(bend) * Vector3(0, 0, 4),
                  tip = middle + askew * turn_about_x(2 * bend) * Vector3(0, 0, 3.6f);
    add_limb(kit, knuckle, middle, 0.9f, looks.skin);
    add_limb(kit, middle, tip, 0.8f, looks.skin);
  }
  add_limb(kit, wrist.at(-side * 3, -0.3f, 2.5f), wrist.at(-side * 6, -1.2f, 7), 1.1f, looks.skin);
}

}  // namespace geond::rendering::person
