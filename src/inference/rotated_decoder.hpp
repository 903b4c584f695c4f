// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "geond/geometry/rotated_box.hpp"

namespace geond::inference {

/// A box before its class has a name.
struct Candidate {
  std::size_t class_index = 0;
  double probability = 0;
  geometry::RotatedBox box;  ///< Canonical, pixels of the network's input.
};

/// One output of layout `geon-rotated-v1`, row-major (classes + 8) x rows x columns. A cell holds
/// the class logits; the centre's offset from the cell's centre in strides (2); ln of width and
/// height over two strides (2); cos 2t, sin 2t, cos 4t, sin 4t. Values are finite.
struct RotatedMap {
  std::span<const float> values;
  int rows = 0;
  int columns = 0;
  int stride = 1;
};

/// How to read the maps.
struct RotatedLayout {
  std::size_t classes = 0;
  /// The class whose boxes have no direction, hence stand upright: the one named `sphere`.
  /// `classes` where there is none.
  std::size_t upright_class = 0;
  double threshold = 0.05;  ///< Least probability.
};

/// Channels of a cell beside the class logits.
inline constexpr std::size_t kBoxChannels = 8;
/// As many enter suppression: it takes time by the square.
inline constexpr std::size_t kMaxCandidates = 1000;

/// The candidates of all maps, the most probable first, at most kMaxCandidates. A cell may give
/// one for each class. Ties keep the order map, row, column, class.
std::vector<Candidate> decode_rotated(std::span<const RotatedMap> maps,
                                      const RotatedLayout& layout);

/// Greedy suppression within a class (Neubeck and Van Gool 2006): a candidate goes when its overlap
/// with a kept one is above `iou_limit`. At most `keep` stay, in their order.
std::vector<Candidate> suppress(std::span<const Candidate> candidates, double iou_limit,
                                std::size_t keep);

}  // namespace geond::inference
