// SPDX-License-Identifier: MIT
#include "camera.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace geond::rendering {
namespace {

// The best of so many views is taken. Whoever looks at something near searches less, and so shows
// less of what else there is: the best of two at least.
constexpr int kTries = 40, kFewestTries = 2;
constexpr int kGridWidth = 12, kGridHeight = 9;

// A thing that tells nothing about the scene counts this much of one that does.
constexpr float kBystander = 0.3f;
// Further things make a view no better.
constexpr float kMostThings = 14;

float weight_of(const Scene& scene, const Instance& instance) {
  return scene.is_bystander(instance) ? kBystander : 1.0f;
}

// How good a view is: distinct things and covered rays, less what is too close or too large.
float view_score(const Scene& scene, const Tracer& tracer, const Camera& camera, int width,
                 int height, float near) {
  std::map<int, int> rays_by_instance;
  float covered = 0;
  int too_near = 0;
  for (int y = 0; y < kGridHeight; ++y)
    for (int x = 0; x < kGridWidth; ++x) {
      const Hit hit = tracer.identify(
          camera.eye(),
          camera.direction(
              (static_cast<float>(x) + 0.5f) * static_cast<float>(width) / kGridWidth,
              (static_cast<float>(y) + 0.5f) * static_cast<float>(height) / kGridHeight));
      if (hit.found && hit.distance < (hit.part > 0 ? near : 60.0f)) ++too_near;
      if (hit.part == 0) continue;
      const Instance& instance = scene.instance_of(hit.part);
      covered += weight_of(scene, instance);
      ++rays_by_instance[instance.first_part];
    }
  float things = 0;
  int largest = 0;
  for (const auto& [part, rays] : rays_by_instance) {
    things += weight_of(scene, scene.instance_of(part));
    largest = std::max(largest, rays);
  }
  return std::min(things, kMostThings) + 0.08f * covered - 0.6f * static_cast<float>(too_near) -
         0.15f * static_cast<float>(std::max(0, largest - 50));
}

}  // namespace

Camera::Camera(const Vector3& eye, const Vector3& forward, float roll, float focal,
               float distortion, int width, int height)
    : eye_(eye),
      forward_(forward),
      focal_(focal),
      distortion_(distortion),
      middle_(static_cast<float>(width) / 2, static_cast<float>(height) / 2) {
  const Vector3 right = forward.cross(Vector3::UnitY()).normalized(), up = right.cross(forward);
  right_ = right * std::cos(roll) + up * std::sin(roll);
  up_ = up * std::cos(roll) - right * std::sin(roll);
}

Vector3 Camera::direction(float x, float y) const {
  Vector2 at = (Vector2(x, y) - middle_) / focal_;
  at *= 1 + distortion_ * at.squaredNorm();
  return (forward_ + right_ * at.x() - up_ * at.y()).normalized();
}

std::optional<Vector3> Camera::project(const Vector3& point) const {
  const Vector3 offset = point - eye_;
  const float depth = offset.dot(forward_);
  if (depth < 1) return std::nullopt;
  const Vector2 straight(offset.dot(right_) / depth, -offset.dot(up_) / depth);
  Vector2 at = straight;
  for (int i = 0; i < 4; ++i) at = straight / (1 + distortion_ * at.squaredNorm());
  const Vector2 pixel = at * focal_ + middle_;
  return Vector3(pixel.x(), pixel.y(), offset.norm());
}

namespace {

// Where a camera may stand and how near it may come.
struct Limits {
  float low, high, nearest, steepest;
};

// What lies on the floor is looked at from lower down than what is on a table or a seat.
constexpr float kOnTheFloor = 15;

float eye_level(Random& random) {
  return random.chance(0.7f) ? 100.0f : 40.0f;
}

Limits limits_near(const Vector3& focus, bool from_above, float ceiling, Random& random) {
  if (from_above) {
    const float lowest = focus.y() + 38;
    return {lowest, std::min(ceiling, lowest + 120), 45, -0.99f};
  }
  if (focus.y() < kOnTheFloor) return {12, std::min(ceiling, 120.0f), 45, -0.8f};
  return {eye_level(random), std::min(ceiling, 215.0f), 60, -0.8f};
}

Limits limits_for(const Scene& scene, bool loose, Random& random) {
  const float ceiling = scene.room.size.y() - 25;
  if (scene.focus) return limits_near(*scene.focus, scene.from_above, ceiling, random);
  if (loose) return {40, std::min(ceiling, 230.0f), 90, -0.8f};
  return {eye_level(random), std::min(ceiling, 215.0f), 130, -0.6f};
}

struct View {
  Vector3 eye, target;
};

Vector3 somewhere(const Vector3& extent, float reach, float low, float high, Random& random) {
  const float x = random.uniform(-reach, reach) * extent.x(), y = random.uniform(low, high),
              z = random.uniform(-reach, reach) * extent.z();
  return {x, y, z};
}

View view_of_room(const Vector3& size, const Limits& limits, Random& random) {
  return {somewhere(size, 0.47f, limits.low, limits.high, random),
          somewhere(size, 0.3f, 10, 130, random)};
}

// How far from the front one stands, in radians, as a standard deviation.
constexpr float kAroundFront = 0.6f;

// From arm's length to a few steps away, or from above.
View view_of_focus(const Scene& scene, const Limits& limits, Random& random) {
  const Vector3& size = scene.room.size;
  const Vector3 target = *scene.focus + somewhere(Vector3::Constant(50), 0.5f, -20, 30, random);
  const float turn = scene.front ? *scene.front + random.normal(kAroundFront)
                                 : random.uniform(0, 2 * kPi),
              away = scene.from_above ? random.uniform(15, 80) : random.log_uniform(50, 260);
  Vector3 eye = target + Vector3(std::sin(turn), 0, std::cos(turn)) * away;
  eye.x() = std::clamp(eye.x(), -0.47f * size.x(), 0.47f * size.x());
  eye.y() = random.uniform(limits.low, limits.high);
  eye.z() = std::clamp(eye.z(), -0.47f * size.z(), 0.47f * size.z());
  return {eye, target};
}

}  // namespace

Camera choose_camera(const Scene& scene, const Tracer& tracer, bool loose, int width, int height,
                     Random& random) {
  const float longest = static_cast<float>(std::max(width, height));
  const float focal = longest / 2 / std::tan(random.uniform(38, 86) * kPi / 360);
  const float roll = random.chance(0.8f) ? random.normal(0.03f) : random.normal(0.12f);
  const float distortion = random.chance(0.6f) ? random.uniform(-0.03f, 0.09f) : 0;
  const Limits limits = limits_for(scene, loose, random);
  const float near = scene.focus ? random.uniform(30, 60) : random.uniform(60, 130);
  std::optional<Camera> best;
  float best_score = -1e30f;
  int wanted = scene.focus ? random.between(kFewestTries, kTries) : kTries;
  for (int i = 0; i < kTries && wanted > 0; ++i) {
    const View view = scene.focus ? view_of_focus(scene, limits, random)
                                  : view_of_room(scene.room.size, limits, random);
    Vector3 forward = view.target - view.eye;
    if (forward.norm() < limits.nearest) continue;
    forward.normalize();
    if (forward.y() < limits.steepest) continue;
    --wanted;
    const Camera camera(view.eye, forward, roll, focal, distortion, width, height);
    const float score = view_score(scene, tracer, camera, width, height, near);
    if (score > best_score) {
      best_score = score;
      best = camera;
    }
  }
  if (!best)
    best = Camera(Vector3(0, 120, scene.room.size.z() * 0.45f), Vector3(0, -0.2f, -1).normalized(),
                  roll, focal, distortion, width, height);
  return *best;
}

}  // namespace geond::rendering
