// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "vectors.hpp"

namespace geond::rendering {

// PCG32 (O'Neill 2014): small, seeded, the same on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 6364136223846793005ULL + 1442695040888963407ULL) {
    for (int i = 0; i < 4; ++i) next();
  }

  uint32_t next() {
    const uint64_t old = state_;
    state_ = old * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto shifted = static_cast<uint32_t>(((old >> 18) ^ old) >> 27);
    const auto turn = static_cast<uint32_t>(old >> 59);
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
  }

  // In [0, 1).
  float unit() { return static_cast<float>(next() >> 8) * (1.0f / 16777216.0f); }
  float uniform(float low, float high) { return low + (high - low) * unit(); }
  // As likely to double as to halve.
  float log_uniform(float low, float high) {
    return std::exp(uniform(std::log(low), std::log(high)));
  }
  float normal(float deviation) {
    const float radius = std::sqrt(-2 * std::log(1 - unit()));
    return deviation * radius * std::cos(6.2831853f * unit());
  }
  // In [0, count).
  int below(int count) { return static_cast<int>(next() % static_cast<uint32_t>(count)); }
  int between(int low, int high) { return low + below(high - low + 1); }
  bool chance(float probability) { return unit() < probability; }

  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<size_t>(below(static_cast<int>(values.size())))];
  }
  template <typename T>
  void shuffle(std::vector<T>& values) {
    for (int i = static_cast<int>(values.size()) - 1; i > 0; --i)
      std::swap(values[static_cast<size_t>(i)], values[static_cast<size_t>(below(i + 1))]);
  }

  // A rotation, all equally likely (Shoemake 1992).
  Matrix3 rotation() {
    const float a = unit(), b = 6.2831853f * unit(), c = 6.2831853f * unit();
    const Eigen::Quaternionf q(std::sqrt(1 - a) * std::sin(b), std::sqrt(1 - a) * std::cos(b),
                               std::sqrt(a) * std::sin(c), std::sqrt(a) * std::cos(c));
    return q.normalized().toRotationMatrix();
  }

 private:
  uint64_t state_;
};

}  // namespace geond::rendering
