// SPDX-License-Identifier: MIT
#pragma once
#include <optional>

#include "random.hpp"
#include "tracer.hpp"

namespace geond::rendering {

// A pinhole camera with radial distortion (Brown 1966, first term).
class Camera {
 public:
  Camera(const Vector3& eye, const Vector3& forward, float roll, float focal, float distortion,
         int width, int height);

  // Direction through a point of the picture (pixels, y down).
  Vector3 direction(float x, float y) const;
  // Where a point is seen; none behind the camera. Also tells its distance along the view.
  std::optional<Vector3> project(const Vector3& point) const;
  const Vector3& eye() const { return eye_; }
  const Vector3& forward() const { return forward_; }

 private:
  Vector3 eye_, forward_, right_, up_;
  float focal_;
  float distortion_;
  Vector2 middle_;
};

// The best of several tries: many things in view, none of them filling it.
Camera choose_camera(const Scene& scene, const Tracer& tracer, bool loose, int width, int height,
                     Random& random);

}  // namespace geond::rendering
