// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model.hpp"
#include "random.hpp"

namespace geond::rendering {

enum class Enclosure { kRoom, kGlasshouse, kOutdoors };

struct Room {
  Vector3 size = Vector3(500, 260, 400);
  Enclosure enclosure = Enclosure::kRoom;
  Pattern walls, floor, ceiling;
  float floor_gloss = 40;
  Vector3 sky = Vector3(0.75f, 0.9f, 1.15f);
};

struct AreaLight {
  Vector3 centre, half_u, half_v, normal, emission;
  bool visible = true;
  float area() const { return 4 * half_u.norm() * half_v.norm(); }
};

struct Instance {
  ModelPtr model;
  Vector3 position = Vector3::Zero();
  float yaw = 0;
  float scale = 1;
  Vector3 tint = Vector3::Ones();
  // Parts of all instances are counted through; 0 is the room.
  int first_part = 1;

  Vector3 to_world(const Vector3& local) const {
    return turn_about_y(yaw) * local * scale + position;
  }
  Geon world_geon(const Geon& geon) const;
};

// What a picture is taken of, and who stands where while it is furnished.
class Scene {
 public:
  Room room;
  std::vector<AreaLight> lights;
  // What a near view is to show, whether it is taken from nearly above, and the yaw of its front
  // where it is mostly looked at from there.
  std::optional<Vector3> focus;
  bool from_above = false;
  std::optional<float> front;

  const std::vector<Instance>& instances() const { return instances_; }
  // The instance and part behind a running number (> 0).
  const Instance& instance_of(int part) const;
  const Part& part(int part) const;

  const Instance& add(ModelPtr model, const Vector3& position, float yaw, float scale = 1);
  // On the floor where there is room, not turned or turned anyhow; null when there is none.
  const Instance* place_anywhere(Random& random, const ModelPtr& model, float margin = 15);
  // Back to a wall (`wall` 0..3, -1 any), `gap` centimetres off it.
  const Instance* place_along_wall(Random& random, const ModelPtr& model, int wall = -1,
                                   float gap = 2);
  // At (x, z) turned by `yaw`, if that is free.
  const Instance* place_at(const ModelPtr& model, float x, float z, float yaw);
  // Some things on top of another, not overlapping.
  void place_on_top(Random& random, const Instance& base, const std::vector<ModelPtr>& things);
  void occupy(float x, float z, float half_width, float half_depth);
  // Such things stand in rooms of any kind, and tell nothing about this one.
  void mark_bystander(const ModelPtr& model) { bystanders_.insert(model); }
  bool is_bystander(const Instance& instance) const { return bystanders_.contains(instance.model); }

  void add_ceiling_lights(Random& random, int columns, int rows, float width, float depth,
                          float emission);
  void add_window(Random& random, float width, float height, float emission);
  void add_sun(Random& random);

 private:
  struct Footprint {
    float x0, x1, z0, z1;
  };
  bool is_free(float x, float z, float half_width, float half_depth) const;

  std::vector<Instance> instances_;
  std::set<ModelPtr> bystanders_;
  std::vector<int> owner_{-1};
  std::vector<Footprint> occupied_;
  int next_part_ = 1;
};

}  // namespace geond::rendering
