// SPDX-License-Identifier: MIT
#include "scene.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace geond::rendering {
namespace {

constexpr int kTries = 25;
constexpr float kMargin = 4;

// Half extents of a turned footprint along the room's axes.
std::pair<float, float> footprint(const Vector3& size, float yaw) {
  const float c = std::fabs(std::cos(yaw)), s = std::fabs(std::sin(yaw));
  return {(size.x() * c + size.z() * s) / 2, (size.x() * s + size.z() * c) / 2};
}

}  // namespace

Geon Instance::world_geon(const Geon& geon) const {
  Geon moved = geon;
  moved.centre = to_world(geon.centre);
  moved.axes = turn_about_y(yaw) * geon.axes;
  moved.half *= scale;
  return moved;
}

const Instance& Scene::instance_of(int part) const {
  return instances_[owner_[part]];
}

const Part& Scene::part(int part) const {
  const Instance& instance = instance_of(part);
  return instance.model->mesh.parts[part - instance.first_part];
}

const Instance& Scene::add(ModelPtr model, const Vector3& position, float yaw, float scale) {
  Instance instance;
  instance.first_part = next_part_;
  instance.position = position;
  instance.yaw = yaw;
  instance.scale = scale;
  next_part_ += static_cast<int>(model->mesh.parts.size());
  owner_.resize(static_cast<size_t>(next_part_), static_cast<int>(instances_.size()));
  instance.model = std::move(model);
  instances_.push_back(std::move(instance));
  return instances_.back();
}

bool Scene::is_free(float x, float z, float half_width, float half_depth) const {
  const float w = room.size.x() / 2, d = room.size.z() / 2;
  if (x - half_width < -w || x + half_width > w || z - half_depth < -d || z + half_depth > d)
    return false;
  return std::none_of(occupied_.begin(), occupied_.end(), [&](const Footprint& f) {
    return x + half_width + kMargin > f.x0 && x - half_width - kMargin < f.x1 &&
           z + half_depth + kMargin > f.z0 && z - half_depth - kMargin < f.z1;
  });
}

void Scene::occupy(float x, float z, float half_width, float half_depth) {
  occupied_.push_back({x - half_width, x + half_width, z - half_depth, z + half_depth});
}

const Instance* Scene::place_at(const ModelPtr& model, float x, float z, float yaw) {
  const auto [half_width, half_depth] = footprint(model->size, yaw);
  if (!is_free(x, z, half_width, half_depth)) return nullptr;
  occupy(x, z, half_width, half_depth);
  return &add(model, Vector3(x, 0, z), yaw);
}

const Instance* Scene::place_anywhere(Random& random, const ModelPtr& model, float margin) {
  for (int i = 0; i < kTries; ++i) {
    const float x = random.uniform(-0.5f, 0.5f) * (room.size.x() - 2 * margin);
    const float z = random.uniform(-0.5f, 0.5f) * (room.size.z() - 2 * margin);
    const float yaw = random.chance(0.5f)
                          ? static_cast<float>(random.below(4)) * kPi / 2 + random.normal(0.08f)
                          : random.uniform(0, 2 * kPi);
    if (const Instance* placed = place_at(model, x, z, yaw)) return placed;
  }
  return nullptr;
}

const Instance* Scene::place_along_wall(Random& random, const ModelPtr& model, int wall,
                                        float gap) {
  for (int i = 0; i < kTries; ++i) {
    const int side = wall >= 0 ? wall : random.below(4);
    const float yaw = static_cast<float>(side) * kPi / 2;
    const float length = side % 2 ? room.size.z() : room.size.x();
    const float depth = side % 2 ? room.size.x() : room.size.z();
    const float reach = (length - model->size.x()) / 2 - 3;
    if (reach < 0) continue;
    const Vector3 inward(std::sin(yaw), 0, std::cos(yaw)), along(std::cos(yaw), 0, -std::sin(yaw));
    const Vector3 place =
        inward * (-depth / 2 + model->size.z() / 2 + gap) + along * random.uniform(-reach, reach);
    if (const Instance* placed = place_at(model, place.x(), place.z(), yaw)) return placed;
  }
  return nullptr;
}

void Scene::place_on_top(Random& random, const Instance& base,
                         const std::vector<ModelPtr>& things) {
  // `base` may move when instances are added.
  const Instance carrier = base;
  std::vector<Footprint> taken;
  for (const ModelPtr& thing : things) {
    const Vector3 free = carrier.model->size - thing->size;
    if (free.x() < 0 || free.z() < 0) continue;
    for (int i = 0; i < 8; ++i) {
      const float x = random.uniform(-0.5f, 0.5f) * free.x(),
                  z = random.uniform(-0.5f, 0.5f) * free.z();
      const float hw = thing->size.x() / 2, hd = thing->size.z() / 2;
      const bool clash = std::any_of(taken.begin(), taken.end(), [&](const Footprint& f) {
        return x + hw > f.x0 && x - hw < f.x1 && z + hd > f.z0 && z - hd < f.z1;
      });
      if (clash) continue;
      taken.push_back({x - hw, x + hw, z - hd, z + hd});
      add(thing, carrier.to_world(Vector3(x, carrier.model->top, z)),
          carrier.yaw + random.normal(0.2f));
      break;
    }
  }
}

void Scene::add_ceiling_lights(Random& random, int columns, int rows, float width, float depth,
                               float emission) {
  const Vector3 tone(random.uniform(0.9f, 1.15f), 1, random.uniform(0.7f, 1.1f));
  for (int i = 0; i < columns; ++i)
    for (int j = 0; j < rows; ++j) {
      AreaLight light;
      light.centre = Vector3(
          room.size.x() * ((static_cast<float>(i) + 0.5f) / static_cast<float>(columns) - 0.5f),
          room.size.y() - 2,
          room.size.z() * ((static_cast<float>(j) + 0.5f) / static_cast<float>(rows) - 0.5f));
      light.half_u = Vector3(width / 2, 0, 0);
      light.half_v = Vector3(0, 0, depth / 2);
      light.normal = -Vector3::UnitY();
      light.emission = tone * emission;
      lights.push_back(light);
    }
}

void Scene::add_window(Random& random, float width, float height, float emission) {
  const int side = random.below(4);
  const float yaw = static_cast<float>(side) * kPi / 2;
  const Vector3 inward(std::sin(yaw), 0, std::cos(yaw)), along(std::cos(yaw), 0, -std::sin(yaw));
  const float depth = side % 2 ? room.size.x() : room.size.z();
  const float length = side % 2 ? room.size.z() : room.size.x();
  AreaLight light;
  light.centre = inward * (-depth / 2 + 1) +
                 along * random.uniform(-0.3f, 0.3f) * std::max(0.0f, length - width) +
                 Vector3(0, random.uniform(0.5f, 0.62f) * room.size.y(), 0);
  light.half_u = along * width / 2;
  light.half_v = Vector3(0, height / 2, 0);
  light.normal = inward;
  light.emission = Vector3(0.85f, 0.95f, 1.1f) * emission;
  lights.push_back(light);
  Mesh frame;
  const int white = frame.add_surface(Pattern{});
  for (int i = -1; i <= 1; ++i)
    frame.add_geon(
        cube_at(Vector3(static_cast<float>(i) * width / 2, -height / 2, 0), 5, height, 6), white,
        PartRole::kNegative);
  for (int i = -1; i <= 1; i += 2)
    frame.add_geon(
        cube_at(Vector3(0, static_cast<float>(i) * height / 2 - 2.5f, 0), width + 5, 5, 6), white,
        PartRole::kNegative);
  mark_bystander(add(finish_in_place(std::move(frame)), light.centre + inward * 2, yaw).model);
}

void Scene::add_sun(Random& random) {
  AreaLight sun;
  sun.centre =
      Vector3(random.uniform(-900, 900), random.uniform(800, 1600), random.uniform(-900, 900));
  const float size = random.uniform(30, 120);
  sun.normal = -sun.centre.normalized();
  sun.half_u = sun.normal.unitOrthogonal() * size;
  sun.half_v = sun.normal.cross(sun.half_u);
  sun.emission = Vector3(1.1f, 1.0f, random.uniform(0.7f, 1.0f)) * random.uniform(0.5f, 2.2f) *
                 1.2e6f / (size * size);
  sun.visible = false;
  lights.push_back(sun);
}

}  // namespace geond::rendering
