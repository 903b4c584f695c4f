// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <utility>
#include <vector>

#include "embree.hpp"
#include "geon.hpp"

namespace geond::rendering {

// Triangles that single rays are shot at.
class RayTarget {
 public:
  RayTarget(const std::vector<Vector3>& points, const std::vector<std::array<int, 3>>& triangles);
  ~RayTarget();
  RayTarget(const RayTarget&) = delete;
  RayTarget& operator=(const RayTarget&) = delete;

  // Distance along `direction`, of length 1 (negative: missed), and the face's normal.
  std::pair<float, Vector3> shoot(const Vector3& origin, const Vector3& direction) const;

 private:
  RTCScene scene_;
};

// A ray and what it hit; a negative distance says that it missed.
struct ProbeRay {
  Vector3 origin, direction, normal;
  float distance;
};

// Shoots `grid` x `grid` parallel rays from each of `directions` (a multiple of 3) around a box,
// from below, beside and above, at what is in it.
std::vector<ProbeRay> probe(const RayTarget& target, const Geon& box, int directions, int grid);

// Of the rays that hit a geon or what it shall stand for: the share that agree in depth and normal,
// and the share that hit both. In [0, 1]; both 0 if none hit.
struct Agreement {
  float surface = 0;
  float silhouette = 0;
};
Agreement compare(const Geon& geon, const std::vector<ProbeRay>& rays);

}  // namespace geond::rendering
