// SPDX-License-Identifier: MIT
#include "rotated_decoder.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "geond/geometry/overlap.hpp"

namespace geond::inference {
namespace {

using geometry::RotatedBox;

constexpr double kHalfPi = std::numbers::pi / 2;
constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLeastLogSize = -5;
constexpr double kMostLogSize = 4.5;
/// Above this aspect 4t adds nothing to 2t: the sides cannot be mistaken for each other.
constexpr double kElongated = 3;

double nearest_quarter_turn(double radians) {
  return std::floor(radians / kHalfPi + 0.5) * kHalfPi;
}

double sigmoid(double logit) {
  return 1 / (1 + std::exp(-logit));
}

/// A logit below which no probability reaches the threshold, so that its exp need not be made:
/// nearly every cell holds nothing. It lies a little lower than where they are equal, and far from
/// where the sigmoid runs into 1, so that rounding decides as it does without.
double certainly_too_low(double threshold) {
  constexpr double kMargin = 1e-3;
  constexpr double kHighest = 20;
  if (threshold >= sigmoid(kHighest)) return kHighest;
  return std::log(threshold / (1 - threshold)) - kMargin;
}

/// One cell of a map.
class Cell {
 public:
  Cell(const RotatedMap& map, std::size_t classes, int row, int column)
      : map_(map),
        classes_(classes),
        plane_(static_cast<std::size_t>(map.rows) * static_cast<std::size_t>(map.columns)),
        index_(static_cast<std::size_t>(row) * static_cast<std::size_t>(map.columns) +
               static_cast<std::size_t>(column)),
        row_(row),
        column_(column) {}

  double logit(std::size_t class_index) const { return map_.values[class_index * plane_ + index_]; }

  /// Whether any of the box can be in the frame: its centre is no further outside than it is long.
  bool may_show(const RotatedBox& box) const {
    const double reach = std::hypot(box.width, box.height);
    const auto is_near = [reach](double at, int side) {
      return at >= -reach && at <= side + reach;
    };
    return is_near(box.center.x, map_.columns * map_.stride) &&
           is_near(box.center.y, map_.rows * map_.stride);
  }

  RotatedBox box(bool upright) const {
    RotatedBox box;
    box.center.x = (column_ + 0.5 + channel(0)) * map_.stride;
    box.center.y = (row_ + 0.5 + channel(1)) * map_.stride;
    box.width = side(2);
    box.height = side(3);
    const double aspect = std::max(box.width, box.height) / std::min(box.width, box.height);
    const double radians = angle(aspect);
    box.rotation = (upright ? nearest_quarter_turn(radians) : radians) / kDegree;
    return geometry::canonical(box);
  }

 private:
  double channel(std::size_t number) const {
    return map_.values[(classes_ + number) * plane_ + index_];
  }

  double side(std::size_t number) const {
    return 2 * map_.stride * std::exp(std::clamp(channel(number), kLeastLogSize, kMostLogSize));
  }

  double angle(double aspect) const {
    const double by_double = std::atan2(channel(5), channel(4)) / 2;
    if (aspect > kElongated) return by_double;
    const double by_quadruple = std::atan2(channel(7), channel(6)) / 4;
    return by_quadruple + nearest_quarter_turn(by_double - by_quadruple);
  }

  const RotatedMap& map_;
  std::size_t classes_;
  std::size_t plane_;
  std::size_t index_;
  int row_;
  int column_;
};

void decode_cell(const Cell& cell, const RotatedLayout& layout, double too_low,
                 std::vector<Candidate>& found) {
  for (std::size_t index = 0; index < layout.classes; ++index) {
    const double logit = cell.logit(index);
    if (logit < too_low) continue;
    const double probability = sigmoid(logit);
    if (probability < layout.threshold) continue;
    const RotatedBox box = cell.box(index == layout.upright_class);
    if (geometry::is_canonical(box) && cell.may_show(box))
      found.push_back({index, probability, box});
  }
}

}  // namespace

std::vector<Candidate> decode_rotated(std::span<const RotatedMap> maps,
                                      const RotatedLayout& layout) {
  const double too_low = certainly_too_low(layout.threshold);
  std::vector<Candidate> found;
  for (const RotatedMap& map : maps) {
    for (int row = 0; row < map.rows; ++row) {
      for (int column = 0; column < map.columns; ++column) {
        decode_cell(Cell(map, layout.classes, row, column), layout, too_low, found);
      }
    }
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &Candidate::probability);
  if (found.size() > kMaxCandidates) found.resize(kMaxCandidates);
  return found;
}

std::vector<Candidate> suppress(std::span<const Candidate> candidates, double iou_limit,
                                std::size_t keep) {
  std::vector<Candidate> kept;
  for (const Candidate& candidate : candidates) {
    if (kept.size() == keep) break;
    const bool hidden = std::ranges::any_of(kept, [&](const Candidate& other) {
      return other.class_index == candidate.class_index &&
             geometry::intersection_over_union(other.box, candidate.box) > iou_limit;
    });
    if (!hidden) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace geond::inference
