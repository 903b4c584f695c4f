// SPDX-License-Identifier: MIT
#include "pattern.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace geond::rendering {
namespace {

// How many of the random patterns are pictures, where there are pictures.
constexpr float kPictureShare = 0.35f;

uint32_t hashed(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

float lattice(int x, int y) {
  const auto key = static_cast<uint32_t>(x) * 374761393U + static_cast<uint32_t>(y) * 668265263U;
  return static_cast<float>(hashed(key) & 0xffffU) / 65535.0f;
}

float value_noise(float x, float y) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
  float u = x - fx, v = y - fy;
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  return (lattice(ix, iy) * (1 - u) + lattice(ix + 1, iy) * u) * (1 - v) +
         (lattice(ix, iy + 1) * (1 - u) + lattice(ix + 1, iy + 1) * u) * v;
}

float fraction(float x) {
  return x - std::floor(x);
}

// Rows of marks on a plain ground, as labels and lettering look from afar.
float print_share(const Vector3& q) {
  const float x = q.x() + q.z() * 0.93f, y = q.y() + q.z() * 0.21f;
  const float patch = value_noise(std::floor(x * 0.5f) + 3.5f, std::floor(y * 0.5f) + 9.5f);
  if (patch < 0.55f) return 0;
  const float line = fraction(y * 3),
              letter = value_noise(std::floor(x * 9) * 1.7f, std::floor(y * 3) * 7.1f);
  return line > 0.35f && letter > 0.45f ? 1 : 0;
}

float wood_share(const Vector3& q, const Vector3& direction) {
  const float along = q.dot(direction);
  const Vector3 across = q - along * direction;
  const float rings = across.norm() * 1.3f + fractal_noise(along * 0.3f, across.sum() * 2) * 1.5f;
  return 0.5f + 0.5f * std::sin(rings * 6.0f);
}

float brick_share(const Vector3& q) {
  const float row = std::floor(q.y() * 2);
  const float along = q.x() + q.z() + 0.5f * row;
  return fraction(q.y() * 2) < 0.1f || fraction(along) < 0.05f
             ? 1
             : 0.3f * lattice(static_cast<int>(std::floor(along)), static_cast<int>(row));
}

std::vector<std::shared_ptr<const Texture>>& shelf() {
  static std::vector<std::shared_ptr<const Texture>> pictures;
  return pictures;
}

// Seen from a corner of space, so that no face of an upright box shows it as mere stripes.
Vector3 picture_colour(const Texture& picture, const Vector3& q) {
  static const Vector3 along = Vector3(1, 0.25f, -0.75f).normalized(),
                       up = Vector3(-0.45f, 1, -0.45f).normalized();
  return smooth_colour(picture, q.dot(along), q.dot(up));
}

}  // namespace

float fractal_noise(float x, float y) {
  return 0.5f * value_noise(x, y) + 0.25f * value_noise(2 * x + 7, 2 * y) +
         0.15f * value_noise(4 * x, 4 * y + 3) + 0.1f * value_noise(9 * x, 9 * y);
}

Vector3 Pattern::at(const Vector3& point) const {
  const Vector3 q = point / period;
  float share = 0;
  switch (kind) {
    case PatternKind::kPlain: {
      const float shade = 0.88f + 0.24f * fractal_noise(q.x() + q.y() * 0.6f, q.z() + q.y() * 0.7f);
      return first * shade;
    }
    case PatternKind::kStripes:
      share = fraction(q.dot(direction)) < 0.5f ? 1 : 0;
      break;
    case PatternKind::kChecks: {
      const int sum = static_cast<int>(std::floor(q.x())) +
                      static_cast<int>(std::floor(q.y() + 0.3f)) +
                      static_cast<int>(std::floor(q.z()));
      share = static_cast<float>(sum & 1);
      break;
    }
    case PatternKind::kMarble: {
      const float n = fractal_noise(q.x() + q.y() * 0.6f + 9, q.z() - q.y() * 0.7f + 4);
      share = std::clamp((n - 0.35f) * 4, 0.0f, 1.0f);
      break;
    }
    case PatternKind::kWood:
      share = wood_share(q, direction);
      break;
    case PatternKind::kPrint:
      share = print_share(q);
      break;
    case PatternKind::kSpeckle:
      share = value_noise(q.x() * 7 + q.y() * 5, q.z() * 7 + q.y() * 6) > 0.72f ? 1 : 0;
      break;
    case PatternKind::kBrick:
      share = brick_share(q);
      break;
    case PatternKind::kPicture:
      return first.cwiseProduct(picture_colour(*picture, q));
  }
  return first * (1 - share) + second * share;
}

Vector3 vivid_colour(Random& random) {
  const float hue = random.uniform(0, 6), saturation = std::pow(random.unit(), 0.6f);
  const float value = random.uniform(0.05f, 0.8f);
  Vector3 colour;
  for (int i = 0; i < 3; ++i) {
    const float t = std::fmod(hue + 2.0f * static_cast<float>(i), 6.0f);
    colour[i] =
        value * (1 - saturation + saturation * std::clamp(std::fabs(t - 3) - 1, 0.0f, 1.0f));
  }
  return colour;
}

Vector3 muted_colour(Random& random, float low, float high) {
  const float value = random.uniform(low, high);
  return {value * random.uniform(0.85f, 1.15f), value * random.uniform(0.88f, 1.05f),
          value * random.uniform(0.7f, 1.1f)};
}

Vector3 any_colour(Random& random) {
  const float choice = random.unit();
  if (choice < 0.2f) return Vector3::Constant(random.uniform(0.02f, 0.85f));
  return choice < 0.65f ? vivid_colour(random) : muted_colour(random, 0.03f, 0.8f);
}

void shelve_pictures(std::vector<std::shared_ptr<const Texture>> pictures) {
  shelf() = std::move(pictures);
}

void show_picture(Pattern& pattern, Random& random, float size) {
  if (shelf().empty()) return;
  pattern.kind = PatternKind::kPicture;
  pattern.picture = random.pick(shelf());
  pattern.first = random.chance(0.6f) ? Vector3::Ones().eval()
                                      : Vector3(any_colour(random) + Vector3::Constant(0.2f));
  pattern.period = std::max(5.0f, size * random.log_uniform(0.3f, 2));
}

Pattern wood_pattern(Random& random, float size) {
  Pattern pattern;
  pattern.kind = PatternKind::kWood;
  pattern.first = Vector3(0.42f, 0.24f, 0.11f) * random.uniform(0.3f, 1.7f);
  pattern.second = pattern.first * random.uniform(0.55f, 0.9f);
  pattern.direction = random.chance(0.5f) ? Vector3::UnitX() : Vector3::UnitZ();
  pattern.period = std::max(4.0f, size * random.uniform(0.1f, 0.4f));
  return pattern;
}

Pattern random_pattern(Random& random, float size) {
  if (random.chance(0.08f)) return wood_pattern(random, size);
  Pattern pattern;
  pattern.first = any_colour(random);
  pattern.second = random.chance(0.5f) ? Vector3(pattern.first * random.uniform(0.3f, 0.85f))
                                       : any_colour(random);
  pattern.direction =
      Vector3(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1)).normalized();
  pattern.period = std::max(1.0f, size * random.uniform(0.08f, 0.5f));
  if (random.chance(0.5f)) {
    static const std::vector<PatternKind> kinds = {
        PatternKind::kStripes, PatternKind::kChecks, PatternKind::kMarble,  PatternKind::kMarble,
        PatternKind::kWood,    PatternKind::kPrint,  PatternKind::kSpeckle, PatternKind::kBrick};
    pattern.kind = random.pick(kinds);
  }
  if (random.chance(kPictureShare)) show_picture(pattern, random, size);
  return pattern;
}

}  // namespace geond::rendering
