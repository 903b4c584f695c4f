// SPDX-License-Identifier: MIT
// Living rooms of the fifth manner seen near: where one sits, what lies within reach, and perhaps
// who sits there. A laptop or a telephone on the low table makes no office of it.
#include "layout_lived_in.hpp"
#include "people.hpp"
#include "props.hpp"

namespace geond::rendering {
namespace {

ModelPtr within_reach(Furnisher& furnisher, Random& random) {
  static const std::vector<ModelPtr (*)(Random&)> makers = {
      props::mug,    props::book_stack, props::notebook, props::telephone,
      props::laptop, props::vase,       props::vase};
  static const Things things = {Thing::kSmallPlant, Thing::kTableItem, Thing::kTableItem};
  if (random.chance(0.62f)) return random.pick(makers)(random);
  return furnisher.get(random.pick(things), random);
}

void lay_within_reach(Scene& scene, Furnisher& furnisher, Random& random, const Instance& table,
                      int most) {
  std::vector<ModelPtr> things(static_cast<size_t>(random.between(1, most)));
  for (ModelPtr& thing : things) thing = within_reach(furnisher, random);
  scene.place_on_top(random, table, things);
}

// Perhaps somebody on a seat of it, and perhaps the picture is of them.
void perhaps_sit(Scene& scene, Random& random, const Instance& furniture) {
  if (random.chance(0.6f)) return;
  const std::vector<Spot> seats = seats_of(furniture);
  const Spot seat = random.pick(seats);
  sit_down(scene, random, seat);
  const bool from_before = random.chance(0.6f);
  if (random.chance(0.5f)) look_at_sitter(scene, random, seat, from_before);
}

// The sofa and its table; every third from above, as one looks down on what lies there.
void sofa_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  const ModelPtr sofa = get_within(furnisher, random, Thing::kSofa, 270, 125);
  const auto placed = back_to(scene, sofa, wall, random.normal(25), random.uniform(3, 40));
  if (!placed) return;
  const ModelPtr table =
      random.chance(0.75f) ? furnisher.get(Thing::kCoffeeTable, random) : props::side_table(random);
  const float before = (sofa->size.z() + table->size.z()) / 2 + random.uniform(20, 50);
  lay_rug(scene, furnisher, random, spot_of(*placed), before);
  const auto laid = put(scene, table, spot_of(*placed), random.normal(20), before);
  if (laid) lay_within_reach(scene, furnisher, random, *laid, 6);
  const bool look_at_table = laid && random.chance(0.6f);
  scene.focus = look_at_table ? laid->position + Vector3(0, table->top, 0)
                              : placed->position + Vector3(0, 50, 0);
  scene.from_above = look_at_table && random.chance(0.4f);
  perhaps_sit(scene, random, *placed);
  const float side = either_side(random) * (sofa->size.x() / 2 + 35);
  const ModelPtr beside =
      random.chance(0.5f) ? furnisher.get(Thing::kFloorLamp, random) : props::side_table(random);
  if (const auto stood = put(scene, beside, spot_of(*placed), side, 0))
    if (beside->size.y() < 80)
      load(scene, furnisher, random, *stood, {Thing::kTableLamp, Thing::kSmallPlant}, 1);
}

// One seat, a lamp or a small table at its side, a plant behind.
void armchair_near(Scene& scene, Furnisher& furnisher, Random& random) {
  const Spot wall = wall_spot(scene, random.below(4));
  const ModelPtr chair = furnisher.get(Thing::kArmchair, random);
  const float forward = chair->size.z() / 2 + random.uniform(15, 90), turn = random.normal(0.5f);
  const auto placed = put(scene, chair, wall, random.normal(25), forward, turn);
  if (!placed) return;
  scene.focus = placed->position + Vector3(0, 45, 0);
  perhaps_sit(scene, random, *placed);
  const float side = either_side(random) * (chair->size.x() / 2 + random.uniform(30, 50));
  if (const auto table = put(scene, props::side_table(random), spot_of(*placed), side, 10))
    lay_within_reach(scene, furnisher, random, *table, 3);
  const Thing tall = random.chance(0.5f) ? Thing::kFloorLamp : Thing::kLargePlant;
  put(scene, furnisher.get(tall, random), spot_of(*placed), -side, random.uniform(-30, 10));
  if (random.chance(0.4f))
    put(scene, props::pouf(random), spot_of(*placed), random.normal(10), chair->size.z() / 2 + 45);
}

}  // namespace

const std::vector<Setting>& lived_in_sofa_places() {
  static const std::vector<Setting> all = {
      {sofa_near, 300, 500}, {sofa_near, 300, 500}, {armchair_near, 280, 460}};
  return all;
}

}  // namespace geond::rendering
