// SPDX-License-Identifier: MIT
// The fifth manner: offices and living rooms as estate agents, shops and companies photograph them,
// and as they are lived and worked in. Some hold a corner of the other, as real rooms do.
#include "layout_lived_in.hpp"

#include <algorithm>
#include <cmath>

#include "layouts.hpp"
#include "props.hpp"

namespace geond::rendering {

std::optional<Instance> back_to(Scene& scene, const ModelPtr& model, const Spot& wall, float right,
                                float gap) {
  return put(scene, model, wall, right, model->size.z() / 2 + gap);
}

void set_on(Scene& scene, const Instance& base, const ModelPtr& model, float right, float forward,
            float turn) {
  const Vector3 &carrier = base.model->size, &size = model->size;
  if (size.x() > carrier.x() || size.z() > carrier.z()) return;
  const float x = (carrier.x() - size.x()) / 2, z = (carrier.z() - size.z()) / 2;
  scene.add(
      model,
      base.to_world(Vector3(std::clamp(right, -x, x), base.model->top, std::clamp(forward, -z, z))),
      base.yaw + turn);
}

void light_lived_in(Scene& scene, Random& random) {
  if (random.chance(0.6f)) return light_room(scene, random);
  const float brightness = random.log_uniform(6, 20);
  const int columns = random.between(1, 4), rows = random.between(1, 2);
  const float width = random.uniform(15, 60), depth = random.uniform(15, 120);
  scene.add_ceiling_lights(random, columns, rows, width, depth, brightness);
  const float front = std::min(scene.room.size.x(), scene.room.size.z()) - 40,
              height = random.uniform(0.4f, 0.7f) * scene.room.size.y(),
              daylight = random.uniform(4, 14);
  scene.add_window(random, random.uniform(0.4f, 0.95f) * front, height, daylight);
}

float set_up_screens(Scene& scene, Furnisher& furnisher, Random& random, const Instance& desk,
                     float right) {
  const Vector3& size = desk.model->size;
  const float near = size.z() * random.uniform(0.08f, 0.3f), room = size.x() / 2 - std::fabs(right);
  const ModelPtr screen = furnisher.get(Thing::kMonitor, random), laptop = props::laptop(random);
  const float width = screen->size.x() + 3, askew = random.normal(0.15f);
  int screens = random.chance(0.15f) ? 0 : random.between(1, 2);
  if (screens == 2 && width > room) screens = 1;
  if (screens == 0) {
    set_on(scene, desk, laptop, right + random.normal(6), near - 10, askew);
    return laptop->size.x() / 2 + 10;
  }
  const float back = -size.z() / 2 + screen->size.z() / 2 + random.uniform(2, 10),
              inward = random.uniform(0, 0.2f);
  if (screens == 1) {
    set_on(scene, desk, screen, right, back, askew);
  } else {
    set_on(scene, desk, screen, right - width / 2, back + 4, inward);
    set_on(scene, desk, screen, right + width / 2, back + 4, -inward);
  }
  if (back + screen->size.z() / 2 + 12 < near)
    set_on(scene, desk, props::keyboard(random), right, near, random.normal(0.05f));
  const float taken = static_cast<float>(screens) * width / 2, beside = laptop->size.x() + 4;
  if (taken + beside > room || !random.chance(0.3f)) return taken;
  set_on(scene, desk, laptop, right + either_side(random) * (taken + beside / 2), near - 10, askew);
  return taken + beside;
}

std::optional<Instance> workplace(Scene& scene, Furnisher& furnisher, Random& random,
                                  const ModelPtr& desk, const Spot& spot, float right,
                                  float forward, float turn) {
  const auto placed = put(scene, desk, spot, right, forward, turn);
  if (!placed) return placed;
  const float width = desk->size.x(), depth = desk->size.z();
  const float shift = random.normal(6);
  const float taken =
      random.chance(0.9f) ? set_up_screens(scene, furnisher, random, *placed, shift) : 0;
  for (int side = -1; side <= 1; side += 2) {
    const ModelPtr item = furnisher.get(Thing::kDeskItem, random);
    const float outward = static_cast<float>(side) * (width - item->size.x()) / 2 * 0.95f;
    if (width / 2 - item->size.x() - 8 > taken + std::fabs(shift) && random.chance(0.55f))
      set_on(scene, *placed, item, outward, random.uniform(-0.3f, 0.4f) * depth,
             random.normal(0.3f));
  }
  const ModelPtr chair = furnisher.get(Thing::kOfficeChair, random);
  const float away = (depth + chair->size.z()) / 2 + random.uniform(5, 30),
              beside = random.normal(8), askew = random.normal(0.45f);
  if (random.chance(0.88f)) put(scene, chair, spot_of(*placed), beside, away, kPi + askew);
  return placed;
}

void lounge(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot, float right,
            float forward) {
  const ModelPtr sofa = get_within(furnisher, random, Thing::kSofa, 260, 115);
  const ModelPtr table =
      random.chance(0.5f) ? furnisher.get(Thing::kCoffeeTable, random) : props::side_table(random);
  const float gap = random.uniform(20, 50), middle = forward + sofa->size.z() / 2;
  put(scene, sofa, spot, right, middle);
  const float before = forward + sofa->size.z() + gap + table->size.z() / 2;
  lay_rug(scene, furnisher, random, {spot.at(right, 0), spot.yaw}, before);
  if (const auto placed = put(scene, table, spot, right + random.normal(15), before))
    load(scene, furnisher, random, *placed, {Thing::kTableItem, Thing::kTableItem}, 3);
  const float side = either_side(random);
  const float extra = random.unit();
  const ModelPtr seat =
      extra < 0.5f ? furnisher.get(Thing::kArmchair, random) : props::pouf(random);
  if (extra < 0.75f)
    put(scene, seat, spot, right + side * ((table->size.x() + seat->size.z()) / 2 + gap + 10),
        before + random.uniform(0, 30), -side * random.uniform(1.2f, 1.8f));
  if (random.chance(0.4f))
    put(scene, furnisher.get(Thing::kFloorLamp, random), spot,
        right - side * (sofa->size.x() / 2 + 28), middle);
}

void kitchen_counter(Scene& scene, Furnisher& furnisher, Random& random, const Spot& spot,
                     float right, float forward) {
  const float length = random.uniform(120, 280);
  const auto counter = put(scene, props::counter(random, length), spot, right, forward);
  if (!counter) return;
  std::vector<ModelPtr> wares;
  if (random.chance(0.6f)) wares.push_back(props::coffee_machine(random));
  for (int i = random.between(0, 6); i > 0; --i)
    wares.push_back(furnisher.get(Thing::kTableItem, random));
  scene.place_on_top(random, *counter, wares);
  const ModelPtr stool = props::bar_stool(random);
  const int stools = random.between(0, 4);
  const float step = stool->size.x() + random.uniform(15, 35);
  for (int i = 0; i < stools; ++i) {
    const float beside = place_of(i, stools, step),
                away = (counter->model->size.z() + stool->size.z()) / 2 + random.uniform(6, 25);
    put(scene, stool, spot_of(*counter), beside, away, random.normal(0.2f));
  }
}

void set_out(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
             const Things& things, int least, int most) {
  Things chosen(static_cast<size_t>(random.between(least, most)));
  for (Thing& thing : chosen) thing = random.pick(things);
  dress(scene, furnisher, random, base, chosen);
}

const Setting& pick_of_both(const std::vector<Setting>& first, const std::vector<Setting>& second,
                            Random& random) {
  const auto choice =
      static_cast<size_t>(random.below(static_cast<int>(first.size() + second.size())));
  return choice < first.size() ? first[choice] : second[choice - first.size()];
}

float either_side(Random& random) {
  return random.chance(0.5f) ? 1.0f : -1.0f;
}

void litter(Scene& scene, Random& random, const std::vector<ModelPtr (*)(Random&)>& makers,
            int most) {
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) {
    const ModelPtr thing = random.pick(makers)(random);
    scene.place_anywhere(random, thing, 15);
  }
}

const Manner kFifthManner = {arrange_lived_in_office, arrange_lived_in_livingroom,
                             arrange_further_warehouse, arrange_further_greenhouse, scatter_geons};

}  // namespace geond::rendering
