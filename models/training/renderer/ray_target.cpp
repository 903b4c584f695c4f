// SPDX-License-Identifier: MIT
#include "ray_target.hpp"

#include <cmath>

namespace geond::rendering {
namespace {

// Surfaces agree within this share of the geon's diagonal and 25 degrees.
constexpr float kDepthShare = 0.04f, kNormalCosine = 0.906f;

}  // namespace

RayTarget::RayTarget(const std::vector<Vector3>& points,
                     const std::vector<std::array<int, 3>>& triangles)
    : scene_(rtcNewScene(device())) {
  rtcSetSceneBuildQuality(scene_, RTC_BUILD_QUALITY_LOW);
  RTCGeometry geometry = rtcNewGeometry(device(), RTC_GEOMETRY_TYPE_TRIANGLE);
  auto* vertices = static_cast<float*>(rtcSetNewGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, 12, points.size()));
  for (const Vector3& p : points)
    for (int k = 0; k < 3; ++k) *vertices++ = p[k];
  auto* indices = static_cast<unsigned*>(rtcSetNewGeometryBuffer(
      geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, triangles.size()));
  for (const auto& t : triangles)
    for (int corner : t) *indices++ = static_cast<unsigned>(corner);
  rtcCommitGeometry(geometry);
  rtcAttachGeometry(scene_, geometry);
  rtcReleaseGeometry(geometry);
  rtcCommitScene(scene_);
}

RayTarget::~RayTarget() {
  rtcReleaseScene(scene_);
}

std::pair<float, Vector3> RayTarget::shoot(const Vector3& origin, const Vector3& direction) const {
  RTCRayHit ray{};
  ray.ray.org_x = origin.x();
  ray.ray.org_y = origin.y();
  ray.ray.org_z = origin.z();
  ray.ray.dir_x = direction.x();
  ray.ray.dir_y = direction.y();
  ray.ray.dir_z = direction.z();
  ray.ray.tfar = 1e30f;
  ray.ray.mask = 0xffffffffU;
  ray.hit.geomID = RTC_INVALID_GEOMETRY_ID;
  RayQuery query;
  intersect(scene_, query, ray);
  if (ray.hit.geomID == RTC_INVALID_GEOMETRY_ID) return {-1, Vector3::Zero()};
  return {ray.ray.tfar, Vector3(ray.hit.Ng_x, ray.hit.Ng_y, ray.hit.Ng_z).normalized()};
}

std::vector<ProbeRay> probe(const RayTarget& target, const Geon& box, int directions, int grid) {
  static constexpr float kElevations[3] = {-12, 18, 42};
  std::vector<ProbeRay> rays;
  const float radius = box.half.norm();
  for (int k = 0; k < directions; ++k) {
    const float elevation = kElevations[k % 3] * kPi / 180;
    const float azimuth = 2 * kPi *
                          (static_cast<float>(k / 3) + static_cast<float>(k % 3) / 3 + 0.13f) /
                          static_cast<float>(directions / 3);
    const Vector3 direction(-std::cos(elevation) * std::cos(azimuth), -std::sin(elevation),
                            -std::cos(elevation) * std::sin(azimuth));
    const Vector3 side = direction.cross(Vector3::UnitY()).normalized(), up = side.cross(direction);
    float half_side = 0, half_up = 0;
    for (int i = 0; i < 3; ++i) {
      half_side += std::fabs(side.dot(box.axes.col(i))) * box.half[i];
      half_up += std::fabs(up.dot(box.axes.col(i))) * box.half[i];
    }
    for (int y = 0; y < grid; ++y)
      for (int x = 0; x < grid; ++x) {
        const float u = 1.02f * (2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(grid) - 1),
                    v = 1.02f * (2 * (static_cast<float>(y) + 0.5f) / static_cast<float>(grid) - 1);
        ProbeRay ray;
        ray.origin =
            box.centre + side * half_side * u + up * half_up * v - direction * (radius * 1.5f + 1);
        ray.direction = direction;
        std::tie(ray.distance, ray.normal) = target.shoot(ray.origin, direction);
        rays.push_back(ray);
      }
  }
  return rays;
}

Agreement compare(const Geon& geon, const std::vector<ProbeRay>& rays) {
  const GeonSurface surface = tessellate(geon);
  const RayTarget target(surface.points, surface.triangles);
  const float tolerance = kDepthShare * geon.diagonal();
  int either = 0, both = 0, agree = 0;
  for (const ProbeRay& ray : rays) {
    const auto [distance, normal] = target.shoot(ray.origin, ray.direction);
    if (distance < 0 && ray.distance < 0) continue;
    ++either;
    if (distance < 0 || ray.distance < 0) continue;
    ++both;
    agree += std::fabs(distance - ray.distance) < tolerance &&
             std::fabs(normal.dot(ray.normal)) > kNormalCosine;
  }
  if (either == 0) return {};
  const auto hits = static_cast<float>(either);
  return {static_cast<float>(agree) / hits, static_cast<float>(both) / hits};
}

}  // namespace geond::rendering
