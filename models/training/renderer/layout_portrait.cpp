// SPDX-License-Identifier: MIT
// Portraits: somebody, or a few, seen near. No scene is known by people.
#include "arranging.hpp"
#include "layouts.hpp"
#include "people.hpp"

namespace geond::rendering {
namespace {

// Where the face of one who stands there is, or of one who sits.
constexpr float kStanding = 150, kSeated = 110;
// Between two who stand side by side.
constexpr float kShoulders = 55;

// Standing, or sitting, mostly on a chair; the height of the face.
float pose(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot) {
  if (random.chance(0.6f)) {
    stand_at(scene, random, spot);
    return kStanding;
  }
  sit_down(scene, random, spot);
  if (random.chance(0.7f)) scene.add(furnisher.get(Thing::kChair, random), spot.position, spot.yaw);
  return kSeated;
}

}  // namespace

void pose_people(Scene& scene, Furnisher& furnisher, Random& random) {
  const bool outdoors = random.chance(0.35f);
  shape_room(scene, random, outdoors ? 500 : 260, outdoors ? 900 : 560);
  light_place(scene, random, outdoors);
  const Spot middle = middle_spot(scene, random);
  const int count = random.between(1, 3);
  const float apart = kShoulders * random.uniform(1, 1.4f);
  for (int i = 0; i < count; ++i) {
    const float right = place_of(i, count, apart), forward = random.normal(12),
                turn = random.normal(0.3f);
    const Spot spot = {middle.at(right, forward), middle.yaw + turn};
    const float face = pose(scene, furnisher, random, spot);
    scene.focus = spot.position + Vector3(0, face - random.uniform(0, 40), 0);
  }
  if (random.chance(0.75f)) scene.front = middle.yaw;
  add_strays(scene, random, 3);
  if (random.chance(0.3f)) scatter(scene, furnisher, random, {Thing::kLargePlant}, 1, 2);
}

}  // namespace geond::rendering
