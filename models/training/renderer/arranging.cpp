// SPDX-License-Identifier: MIT
#include "arranging.hpp"

#include <algorithm>
#include <cmath>

namespace geond::rendering {

Vector3 facing(float yaw) {
  return Vector3(std::sin(yaw), 0, std::cos(yaw));
}

float quarter_turn(Random& random) {
  return static_cast<float>(random.below(4)) * kPi / 2;
}

void shape_room(Scene& scene, Random& random, float least, float most) {
  scene.room.size = Vector3(random.log_uniform(least, most), random.uniform(240, 340),
                            random.log_uniform(least, most));
}

void light_room(Scene& scene, Random& random) {
  const float brightness = random.log_uniform(5, 22);
  scene.add_ceiling_lights(random, random.between(1, 3), random.between(1, 3),
                           random.uniform(20, 100), random.uniform(20, 100), brightness);
  const int windows = random.between(0, 2);
  for (int i = 0; i < windows; ++i)
    scene.add_window(random, random.uniform(80, 240), random.uniform(80, 160),
                     random.uniform(3, 15));
}

void light_place(Scene& scene, Random& random, bool outdoors) {
  if (!outdoors) return light_room(scene, random);
  scene.room.enclosure = Enclosure::kOutdoors;
  scene.add_sun(random);
}

void scatter(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int least,
             int most) {
  const int count = random.between(least, most);
  for (int i = 0; i < count; ++i)
    scene.place_anywhere(random, furnisher.get(random.pick(things), random), 20);
}

void line_walls(Scene& scene, Furnisher& furnisher, Random& random, const Things& things,
                int most) {
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i)
    scene.place_along_wall(random, furnisher.get(random.pick(things), random), -1,
                           random.uniform(1, 12));
}

void load(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
          const Things& things, int most) {
  std::vector<ModelPtr> chosen;
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) chosen.push_back(furnisher.get(random.pick(things), random));
  scene.place_on_top(random, base, chosen);
}

void dress(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
           const Things& things) {
  std::vector<ModelPtr> chosen;
  for (const Thing thing : things) chosen.push_back(furnisher.get(thing, random));
  scene.place_on_top(random, base, chosen);
}

Vector3 Spot::at(float right, float forward, float up) const {
  return turn_about_y(yaw) * Vector3(right, up, forward) + position;
}

Spot spot_of(const Instance& instance) {
  return {instance.position, instance.yaw};
}

Spot middle_spot(const Scene& scene, Random& random) {
  const Vector3 off(random.normal(0.06f) * scene.room.size.x(), 0,
                    random.normal(0.06f) * scene.room.size.z());
  return {off, quarter_turn(random)};
}

Spot wall_spot(const Scene& scene, int wall) {
  const float yaw = static_cast<float>(wall) * kPi / 2;
  const float depth = wall % 2 ? scene.room.size.x() : scene.room.size.z();
  return {facing(yaw) * (-depth / 2), yaw};
}

float wall_length(const Scene& scene, int wall) {
  return wall % 2 ? scene.room.size.z() : scene.room.size.x();
}

float place_of(int index, int count, float step) {
  return (static_cast<float>(index) - static_cast<float>(count - 1) / 2) * step;
}

int blank_wall(const Scene& scene, Random& random) {
  std::vector<int> walls = {0, 1, 2, 3};
  random.shuffle(walls);
  for (const int wall : walls) {
    const Vector3 inward = facing(static_cast<float>(wall) * kPi / 2);
    if (std::none_of(scene.lights.begin(), scene.lights.end(),
                     [&](const AreaLight& light) { return light.normal.dot(inward) > 0.9f; }))
      return wall;
  }
  return walls.front();
}

std::optional<Instance> put(Scene& scene, const ModelPtr& model, const Spot& spot, float right,
                            float forward, float turn) {
  const Vector3 place = spot.at(right, forward);
  const Instance* placed = scene.place_at(model, place.x(), place.z(), spot.yaw + turn);
  return placed ? std::optional<Instance>(*placed) : std::nullopt;
}

std::optional<Instance> hang(Scene& scene, const ModelPtr& model, const Spot& wall, float right,
                             float height) {
  const Matrix3 into_wall = turn_about_y(-wall.yaw);
  for (const Instance& other : scene.instances()) {
    const Vector3 place = into_wall * (other.position - wall.position), size = other.model->size;
    // The bars of a glasshouse are everywhere, and in nobody's way.
    if (size.x() >= scene.room.size.x()) continue;
    // Windows reach as far below their position as above it.
    if (place.z() < (model->size.z() + size.z()) / 2 + 8 &&
        std::fabs(place.x() - right) < (model->size.x() + size.x()) / 2 + 3 &&
        place.y() - size.y() / 2 < height + model->size.y() && place.y() + size.y() > height)
      return std::nullopt;
  }
  return scene.add(model, wall.at(right, model->size.z() / 2 + 1, height), wall.yaw);
}

ModelPtr get_within(Furnisher& furnisher, Random& random, Thing thing, float width, float depth) {
  ModelPtr model = furnisher.get(thing, random);
  for (int i = 0; i < 8 && (model->size.x() > width || model->size.z() > depth); ++i)
    model = furnisher.get(thing, random);
  return model;
}

std::vector<Instance> line_up(Scene& scene, Furnisher& furnisher, Random& random, const Spot& wall,
                              float from, float to, const Things& things) {
  std::vector<Instance> stood;
  while (true) {
    const ModelPtr model = furnisher.get(random.pick(things), random);
    if (from + model->size.x() > to) return stood;
    if (const auto placed =
            put(scene, model, wall, from + model->size.x() / 2, model->size.z() / 2 + 2))
      stood.push_back(*placed);
    from += model->size.x() + random.uniform(5, 15);
  }
}

void seat_round(Scene& scene, Random& random, const Instance& table, const ModelPtr& chair,
                float taken) {
  const Vector3& size = table.model->size;
  for (int side = 0; side < 4; ++side) {
    const Spot edge = {table.position, table.yaw + static_cast<float>(side) * kPi / 2};
    const float length = side % 2 ? size.z() : size.x(), depth = side % 2 ? size.x() : size.z();
    const int count = std::max(1, static_cast<int>(length / (chair->size.x() + 14)));
    for (int i = 0; i < count; ++i)
      if (random.chance(taken))
        put(scene, chair, edge,
            ((static_cast<float>(i) + 0.5f) / static_cast<float>(count) - 0.5f) * length,
            depth / 2 + chair->size.z() / 2 + random.uniform(8, 18), kPi + random.normal(0.12f));
  }
}

void stack(Scene& scene, Random& random, const ModelPtr& model, const Spot& spot, float right,
           float forward, int count) {
  const auto bottom = put(scene, model, spot, right, forward, random.normal(0.02f));
  if (!bottom) return;
  for (int level = 1; level < count; ++level) {
    const float foot = model->top * static_cast<float>(level);
    if (foot + model->size.y() > scene.room.size.y() - 20) return;
    scene.add(model, bottom->position + Vector3(0, foot, 0), bottom->yaw + random.normal(0.04f));
  }
}

}  // namespace geond::rendering
