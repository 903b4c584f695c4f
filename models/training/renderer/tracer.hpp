// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "embree.hpp"
#include "random.hpp"
#include "scene.hpp"

namespace geond::rendering {

struct Hit {
  bool found = false;
  // A light or the sky: `emission` is all there is to see.
  bool emits = false;
  float distance = 1e30f;
  Vector3 point = Vector3::Zero(), normal = Vector3::UnitY();
  Vector3 albedo = Vector3::Zero(), emission = Vector3::Zero();
  float specular = 0;
  float gloss = 20;
  // 0 for the room, else a running number of the scene's parts.
  int part = 0;
};

// One sample of a pixel, in the pieces that are filtered apart.
struct PixelSample {
  Vector3 irradiance = Vector3::Zero(), albedo = Vector3::Zero();
  Vector3 specular = Vector3::Zero(), emission = Vector3::Zero();
};

// Traces rays through one scene: direct light, one diffuse bounce, one glossy reflection.
class Tracer {
 public:
  explicit Tracer(const Scene& scene);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  // What a pixel shows; nearly invisible glass is looked through.
  Hit identify(const Vector3& origin, const Vector3& direction) const;
  PixelSample sample(const Vector3& origin, const Vector3& direction, Random& random) const;

 private:
  Hit trace(const Vector3& origin, const Vector3& direction, RayQuery query) const;
  void shade_hit(const RTCRayHit& ray, const Vector3& origin, const Vector3& direction,
                 Hit& hit) const;
  void hit_lights(const Vector3& origin, const Vector3& direction, Hit& hit) const;
  void hit_room(const Vector3& origin, const Vector3& direction, Hit& hit) const;
  Vector3 sky(const Vector3& direction, const Vector3& point) const;
  Vector3 direct_light(const Vector3& point, const Vector3& normal, Random& random) const;
  Vector3 reflection(const Hit& hit, const Vector3& direction, Random& random) const;

  const Scene& scene_;
  RTCScene top_ = nullptr;
};

}  // namespace geond::rendering
