// SPDX-License-Identifier: MIT
#include "depth_of_field.hpp"

#include <algorithm>
#include <cmath>

namespace geond::rendering {
namespace {

constexpr float kWideOpen = 0.25f;
constexpr int kRays = 48;
// Pixels of a picture 512 wide; what is blurred more than this shows nothing anyway.
constexpr float kLargestCircle = 9;

// How far each pixel's light is spread, as a radius in pixels: the thin lens's circle of confusion
// (Potmesil and Chakravarty 1981), which grows with the difference of the inverse distances.
std::vector<float> circles_of_confusion(const IdentityMap& map, float sharp, float aperture) {
  std::vector<float> radii(map.distance.size());
  for (size_t i = 0; i < radii.size(); ++i)
    radii[i] =
        std::min(kLargestCircle, aperture * std::fabs(1 - sharp / std::max(1.0f, map.distance[i])));
  return radii;
}

// What one ray of the lens brings to pixel `to` from pixel `from`, `apart` pixels away. Light from
// behind does not spread over what is sharp before it.
float share_of(const IdentityMap& map, const std::vector<float>& radii, size_t from, size_t to,
               float apart) {
  const bool behind = map.distance[from] > map.distance[to];
  const float radius = behind ? std::min(radii[from], radii[to]) : radii[from];
  return apart > radius + 0.5f ? 0 : 1 / std::max(1.0f, radius * radius);
}

// Where a ray of the lens ends, in pixels from the middle.
struct LensRay {
  int x, y;
  float apart;
};

// Evenly spread over the largest circle (Vogel 1979).
std::vector<LensRay> lens_rays() {
  const float golden = kPi * (3 - std::sqrt(5.0f));
  std::vector<LensRay> rays;
  for (int i = 0; i < kRays; ++i) {
    const float turn = golden * static_cast<float>(i),
                apart = kLargestCircle * std::sqrt((static_cast<float>(i) + 0.5f) / kRays);
    rays.push_back({static_cast<int>(std::lround(apart * std::cos(turn))),
                    static_cast<int>(std::lround(apart * std::sin(turn))), apart});
  }
  return rays;
}

}  // namespace

void blur_out_of_focus(std::vector<Vector3>& light, const IdentityMap& map, Random& random) {
  if (!random.chance(kWideOpen)) return;
  const int x = static_cast<int>(random.uniform(0.3f, 0.7f) * static_cast<float>(map.width)),
            y = static_cast<int>(random.uniform(0.3f, 0.8f) * static_cast<float>(map.height));
  const float sharp = map.distance[static_cast<size_t>(y) * map.width + x];
  const std::vector<float> radii =
      circles_of_confusion(map, sharp, random.log_uniform(1.5f, kLargestCircle));
  std::vector<Vector3> spread(light.size());
  const std::vector<LensRay> rays = lens_rays();
  for (int row = 0; row < map.height; ++row)
    for (int column = 0; column < map.width; ++column) {
      const size_t to = static_cast<size_t>(row) * map.width + column;
      Vector3 sum = light[to];
      float weight = 1;
      for (const LensRay& ray : rays) {
        const int nx = column + ray.x, ny = row + ray.y;
        if (nx < 0 || ny < 0 || nx >= map.width || ny >= map.height) continue;
        const size_t from = static_cast<size_t>(ny) * map.width + nx;
        const float share = share_of(map, radii, from, to, ray.apart) * kLargestCircle;
        sum += share * light[from];
        weight += share;
      }
      spread[to] = sum / weight;
    }
  light.swap(spread);
}

}  // namespace geond::rendering
