// SPDX-License-Identifier: MIT
// The third manner: each scene has many arrangements that have little in common, so that the scene
// is what things stand together, not how.
#include "layout_further.hpp"

#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {

int extras(Random& random) {
  const float fullness = random.unit();
  return fullness < 0.3f ? 0 : fullness < 0.8f ? random.between(1, 4) : random.between(6, 12);
}

void fill_up(Scene& scene, Furnisher& furnisher, Random& random, const Things& typical,
             size_t least) {
  for (int tries = 0; tries < 10 && scene.instances().size() < least; ++tries)
    scene.place_anywhere(random, furnisher.get(random.pick(typical), random));
}

void add_visitor(Scene& scene, Furnisher& furnisher, Random& random, const Things& strangers) {
  if (random.chance(0.1f)) scatter(scene, furnisher, random, strangers, 1, 2);
}

void hang_pictures_about(Scene& scene, Furnisher& furnisher, Random& random, int most) {
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) {
    const int wall = blank_wall(scene, random);
    const float reach = wall_length(scene, wall) * 0.4f;
    hang(scene, furnisher.get(Thing::kPicture, random), wall_spot(scene, wall),
         random.uniform(-reach, reach), random.uniform(105, 150));
  }
}

void hang_shelf(Scene& scene, Furnisher& furnisher, Random& random, const Spot& wall, float right,
                float height, const Things& things, int most) {
  const Vector3 size(random.uniform(60, 150), random.uniform(2, 5), random.uniform(20, 32));
  if (const auto shelf = hang(scene, props::block(random, size), wall, right, height))
    load(scene, furnisher, random, *shelf, things, most);
}

void lay_rug(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot, float forward) {
  if (random.chance(0.5f))
    scene.add(furnisher.get(Thing::kRug, random), spot.at(0, forward, 0.05f), spot.yaw);
}

void hang_lamp(Scene& scene, Furnisher& furnisher, Random& random, const Vector3& below) {
  const ModelPtr lamp = furnisher.get(Thing::kHangingLamp, random);
  scene.add(lamp, Vector3(below.x(), scene.room.size.y() - lamp->size.y(), below.z()), 0);
}

namespace {

// Solids on top of each other, the larger below.
void towers(Scene& scene, Random& random) {
  const int count = random.between(1, 5);
  for (int i = 0; i < count; ++i) {
    float size = random.log_uniform(35, 90);
    const Instance* placed =
        scene.place_anywhere(random, props::block(random, Vector3::Constant(size)), 30);
    if (!placed) continue;
    const Vector3 foot = placed->position;
    float top = size;
    for (int level = random.between(0, 3); level > 0; --level) {
      size *= random.uniform(0.5f, 0.8f);
      const ModelPtr solid = props::loose_geon(random, size);
      scene.add(solid, foot + Vector3(0, top, 0), random.uniform(0, 2 * kPi));
      top += solid->size.y();
    }
  }
}

// Solids in a ring round nothing.
void ring(Scene& scene, Random& random) {
  const int count = random.between(4, 12);
  const float radius = random.uniform(60, 130);
  for (int i = 0; i < count; ++i) {
    const float turn = 2 * kPi * static_cast<float>(i) / static_cast<float>(count);
    const float size = random.log_uniform(18, 60);
    const Vector3 place = facing(turn) * radius;
    scene.place_at(props::solid(random, size, 0.85f), place.x(), place.z(), turn);
  }
}

// Solids along a wall as if somebody had tidied up, some on a shelf.
void tidied(Scene& scene, Random& random) {
  const int wall = random.below(4);
  const int count = random.between(3, 9);
  for (int i = 0; i < count; ++i)
    scene.place_along_wall(random, props::loose_geon(random, random.log_uniform(20, 70)), wall,
                           random.uniform(1, 20));
  if (random.chance(0.5f)) return;
  const auto shelf = hang(scene, props::block(random, Vector3(random.uniform(80, 160), 3, 35)),
                          wall_spot(scene, wall), random.normal(20), random.uniform(95, 150));
  if (!shelf) return;
  std::vector<ModelPtr> things;
  for (int i = random.between(1, 5); i > 0; --i)
    things.push_back(props::loose_geon(random, random.log_uniform(12, 30)));
  scene.place_on_top(random, *shelf, things);
}

void arrange_further_geons(Scene& scene, Furnisher& furnisher, Random& random) {
  shape_room(scene, random, 260, 520);
  light_place(scene, random, random.chance(0.25f));
  const int style = random.below(3);
  if (style == 0)
    towers(scene, random);
  else if (style == 1)
    ring(scene, random);
  else
    tidied(scene, random);
  add_strays(scene, random, 6);
  // One thing of a scene does not make that scene.
  if (random.chance(0.25f))
    scatter(scene, furnisher, random,
            {Thing::kDesk, Thing::kSofa, Thing::kCarton, Thing::kLargePlant, Thing::kChair}, 1, 1);
}

}  // namespace

const Manner kThirdManner = {arrange_further_office, arrange_further_livingroom,
                             arrange_further_warehouse, arrange_further_greenhouse,
                             arrange_further_geons};

}  // namespace geond::rendering
