// SPDX-License-Identifier: MIT
#pragma once
#include "prop_kit.hpp"

// What people are put together of: rounded pieces that run into each other, never labelled.
// Lengths in centimetres, of somebody 175 tall.
namespace geond::rendering::person {

// A place of the body, and how what is about it is turned.
struct Joint {
  Vector3 place;
  Matrix3 turn;
  // A point so far right of, above and before it.
  Vector3 at(float right, float up, float forward) const {
    return place + turn * Vector3(right, up, forward);
  }
};

// What one wears, and of what colour skin and hair are: surfaces of the kit.
struct Looks {
  int skin, lips, hair, top, sleeves, trousers, shoes;
};

Looks any_looks(PropKit& kit);

void add_rounded(PropKit& kit, const Vector3& centre, const Vector3& half, int surface,
                 const Matrix3& turn = Matrix3::Identity());
// From one joint to the next.
void add_limb(PropKit& kit, const Vector3& from, const Vector3& to, float thick, int surface);

// A head about its middle with a face, which looks forward; hair of any cut, perhaps a beard or
// glasses.
void add_head(PropKit& kit, const Joint& middle, const Looks& looks);
// A hand, the fingers forward of the wrist and bent down. `side` is 1 for the hand at the right of
// the body and -1 for the other: the thumb is on its inner side.
void add_hand(PropKit& kit, const Joint& wrist, float side, const Looks& looks);

}  // namespace geond::rendering::person
