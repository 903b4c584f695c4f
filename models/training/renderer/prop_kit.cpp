// SPDX-License-Identifier: MIT
#include "prop_kit.hpp"

#include <cmath>

namespace geond::rendering {

void PropKit::pane(const Vector3& base, float width, float height, float thick) {
  const int glass = plain(Vector3(0.75f, 0.85f, 0.85f), 0.3f, 90);
  mesh_.surfaces[glass].opacity = random_.uniform(0.02f, 0.1f);
  add(cube_at(base, width, height, thick), glass, PartRole::kNegative);
}

void PropKit::leaves(const Vector3& foot, float radius, float height) {
  const Vector3 green =
      Vector3(0.06f, 0.2f, 0.03f)
          .cwiseProduct(Vector3(random_.uniform(0.6f, 2), random_.uniform(0.7f, 1.6f),
                                random_.uniform(0.6f, 2)));
  const int surface = plain(green, 0.04f, 30);
  const int part = mesh_.add_plain_part(PartRole::kNegative);
  const int count = random_.between(10, 45);
  const float width = random_.uniform(0.05f, 0.28f) * radius, droop = random_.uniform(0.6f, 1.4f);
  for (int i = 0; i < count; ++i) {
    const float angle = random_.uniform(0, 2 * kPi), length = random_.uniform(0.5f, 1.1f);
    const float rise = random_.uniform(0.3f, 1.0f);
    const Vector3 out(std::cos(angle), 0, std::sin(angle)), side(-out.z(), 0, out.x());
    const int base = static_cast<int>(mesh_.vertices.size());
    for (int k = 0; k <= 4; ++k) {
      const float t = static_cast<float>(k) / 4;
      const Vector3 spine = foot + out * (radius * 1.2f * length * t) +
                            Vector3(0, height * rise * (t * 1.6f - t * t * droop), 0);
      const Vector3 half = side * width * std::sin(kPi * (0.12f + 0.85f * t));
      mesh_.vertices.push_back(spine + half);
      mesh_.vertices.push_back(spine - half);
    }
    for (int k = 0; k < 4; ++k) {
      const int q = base + 2 * k;
      mesh_.add_triangle(q, q + 1, q + 3, surface, part);
      mesh_.add_triangle(q, q + 3, q + 2, surface, part);
    }
  }
}

void PropKit::cushion(const Vector3& centre, const Vector3& half, const Matrix3& turn,
                      int surface) {
  constexpr int kGrid = 8;
  const int part = mesh_.add_plain_part(PartRole::kUnsure);
  for (int side = -1; side <= 1; side += 2) {
    const int base = static_cast<int>(mesh_.vertices.size());
    for (int i = 0; i <= kGrid; ++i)
      for (int j = 0; j <= kGrid; ++j) {
        const float u = 2.0f * static_cast<float>(i) / kGrid - 1,
                    v = 2.0f * static_cast<float>(j) / kGrid - 1;
        const float bulge = std::sqrt(std::fmax(0.0f, (1 - u * u) * (1 - v * v)));
        const Vector3 local(u * half.x(), v * half.y(),
                            static_cast<float>(side) * bulge * half.z());
        mesh_.vertices.push_back(centre + turn * local);
      }
    for (int i = 0; i < kGrid; ++i)
      for (int j = 0; j < kGrid; ++j) {
        const int a = base + i * (kGrid + 1) + j, b = a + kGrid + 1;
        mesh_.add_triangle(a, b, b + 1, surface, part);
        mesh_.add_triangle(a, b + 1, a + 1, surface, part);
      }
  }
}

}  // namespace geond::rendering
