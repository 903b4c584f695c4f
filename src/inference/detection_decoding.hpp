#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "geond/geometry/rotated_box.hpp"

namespace geond::inference {

/// A geon in pixels of the network's input.
struct Candidate {
  int class_index = 0;
  double probability = 0;
  geometry::RotatedBox box;  ///< Canonical.
};

/// Channels of the layout `geon-rotated-v1` besides the class logits.
inline constexpr int kBoxChannels = 8;

/// How one vocabulary is decoded.
struct DecodingRules {
  int class_count = 5;
  int sphere_index = -1;  ///< The class whose boxes are upright; -1: none.
  double threshold = 0.05;
};

/// Decodes maps of the layout `geon-rotated-v1`. `maps`: float32 1xCxHxW, one a stride, C =
/// class_count + kBoxChannels: class logits; dx, dy in strides from the cell's centre; ln of the
/// half sides in strides; cos 2t, sin 2t, cos 4t, sin 4t. Everything at or above the threshold, the
/// most probable first, ties in the order of map, row, column and class; at most 1,000. A box that
/// is not finite is left out. models/training holds the same decoding in Python, and
/// tests/data/golden holds both to it.
std::vector<Candidate> decode_candidates(std::span<const cv::Mat> maps,
                                         std::span<const int> strides, const DecodingRules& rules);

/// Greedy suppression within a class (Neubeck and Van Gool 2006): a candidate goes when its overlap
/// with a better one that stays is above `overlap_limit`. `candidates`: the most probable first.
/// At most `keep` stay, in order.
std::vector<Candidate> suppress(std::span<const Candidate> candidates, double overlap_limit,
                                std::size_t keep);

}  // namespace geond::inference
