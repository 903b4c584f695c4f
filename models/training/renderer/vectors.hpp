// SPDX-License-Identifier: MIT
#pragma once
#include <Eigen/Dense>
#include <numbers>

namespace geond::rendering {

// Lengths are in centimetres, y points up. Colours are linear light, 0 to 1 for a reflectance.
using Vector2 = Eigen::Vector2f;
using Vector3 = Eigen::Vector3f;
using Matrix3 = Eigen::Matrix3f;

inline constexpr float kPi = std::numbers::pi_v<float>;

inline Matrix3 turn_about_y(float angle) {
  return Eigen::AngleAxisf(angle, Vector3::UnitY()).toRotationMatrix();
}
inline Matrix3 turn_about_x(float angle) {
  return Eigen::AngleAxisf(angle, Vector3::UnitX()).toRotationMatrix();
}
inline Matrix3 turn_about_z(float angle) {
  return Eigen::AngleAxisf(angle, Vector3::UnitZ()).toRotationMatrix();
}

}  // namespace geond::rendering
