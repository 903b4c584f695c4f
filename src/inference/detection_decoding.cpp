#include "detection_decoding.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "geond/geometry/overlap.hpp"

namespace geond::inference {
namespace {

constexpr std::size_t kMaxCandidates = 1000;
constexpr double kQuarterTurn = std::numbers::pi / 2;
constexpr double kDegree = std::numbers::pi / 180;
constexpr double kLogSizeLow = -5.0;
constexpr double kLogSizeHigh = 4.5;
/// Above this aspect 4t adds nothing to 2t: the sides cannot be mistaken for each other.
constexpr double kElongated = 3;

/// One map's planes.
class MapView {
 public:
  MapView(const cv::Mat& map, int stride, const DecodingRules& rules)
      : values_(map.ptr<float>()),
        rows_(map.size[2]),
        columns_(map.size[3]),
        stride_(stride),
        rules_(rules) {}

  void collect(std::vector<Candidate>& found) const {
    // A cheap test on the logit first; the exact one on the probability decides.
    const double bound = std::log(rules_.threshold) - std::log1p(-rules_.threshold) - 1e-6;
    for (int row = 0; row < rows_; ++row) {
      for (int column = 0; column < columns_; ++column) {
        for (int index = 0; index < rules_.class_count; ++index) {
          const double logit = at(index, row, column);
          if (!(logit >= bound) && rules_.threshold < 1) continue;
          const double probability = 1 / (1 + std::exp(-logit));
          if (probability < rules_.threshold) continue;
          const geometry::RotatedBox box = decode_box(row, column, index);
          if (geometry::is_canonical(box)) found.push_back({index, probability, box});
        }
      }
    }
  }

 private:
  double at(int channel, int row, int column) const {
    const auto plane = static_cast<std::size_t>(rows_) * static_cast<std::size_t>(columns_);
    return values_[static_cast<std::size_t>(channel) * plane +
                   static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                   static_cast<std::size_t>(column)];
  }

  geometry::RotatedBox decode_box(int row, int column, int class_index) const {
    const auto value = [&](int channel) { return at(rules_.class_count + channel, row, column); };
    const auto side = [&](int channel) {
      return 2 * stride_ * std::exp(std::clamp(value(channel), kLogSizeLow, kLogSizeHigh));
    };
    geometry::RotatedBox box;
    box.center = {(column + 0.5 + value(0)) * stride_, (row + 0.5 + value(1)) * stride_};
    box.width = side(2);
    box.height = side(3);
    const double by_double = std::atan2(value(5), value(4)) / 2;
    const double by_quadruple = std::atan2(value(7), value(6)) / 4;
    const double aspect = std::max(box.width, box.height) / std::min(box.width, box.height);
    double angle = by_double;
    if (!(aspect > kElongated)) {
      angle = by_quadruple + nearest_quarter(by_double - by_quadruple);
    }
    if (class_index == rules_.sphere_index) angle = nearest_quarter(angle);
    box.rotation = angle / kDegree;
    return geometry::canonical(box);
  }

  static double nearest_quarter(double angle) {
    return std::floor(angle / kQuarterTurn + 0.5) * kQuarterTurn;
  }

  const float* values_;
  int rows_;
  int columns_;
  int stride_;
  const DecodingRules& rules_;
};

}  // namespace

std::vector<Candidate> decode_candidates(std::span<const cv::Mat> maps,
                                         std::span<const int> strides, const DecodingRules& rules) {
  std::vector<Candidate> found;
  for (std::size_t index = 0; index < maps.size(); ++index) {
    MapView(maps[index], strides[index], rules).collect(found);
  }
  std::stable_sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return a.probability > b.probability;
  });
  if (found.size() > kMaxCandidates) found.resize(kMaxCandidates);
  return found;
}

std::vector<Candidate> suppress(std::span<const Candidate> candidates, double overlap_limit,
                                std::size_t keep) {
  std::vector<Candidate> kept;
  for (const Candidate& candidate : candidates) {
    if (kept.size() == keep) break;
    const bool is_covered = std::any_of(kept.begin(), kept.end(), [&](const Candidate& better) {
      return better.class_index == candidate.class_index &&
             geometry::intersection_over_union(better.box, candidate.box) > overlap_limit;
    });
    if (!is_covered) kept.push_back(candidate);
  }
  return kept;
}

}  // namespace geond::inference
