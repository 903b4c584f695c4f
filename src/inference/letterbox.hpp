// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>

#include "geond/geometry/primitive.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// The pixels that a side of a frame must be a multiple of: whole cells of every stride.
int frame_cell(const DetectionSpec& spec);

/// The frame that a picture of that size is shrunk into: the manifest's input; or, if the network
/// follows the picture, of all frames of whole cells (frame_cell) that have no more of them than
/// that input, and no side over twice its longer one, the one in which the picture is largest, less
/// what stays empty. `picture`: positive.
geometry::ImageSize frame_for(geometry::ImageSize picture, const DetectionSpec& spec);

/// How a picture lies in a network's input: scaled by `scale`, moved by whole pixels.
struct Letterbox {
  double scale = 1;
  int offset_x = 0;
  int offset_y = 0;
  geometry::ImageSize scaled;

  /// Both sizes positive.
  static Letterbox fit(geometry::ImageSize picture, geometry::ImageSize input);

  /// A box in pixels of the network's input as one in pixels of the picture.
  geometry::RotatedBox to_picture(const geometry::RotatedBox& box) const;
};

/// The network's input: float32 1x3xHxW in the manifest's channel order and range.
/// `bgr`: CV_8UC3, not empty, the picture at any scale; `frame`: what `letterbox` was made for.
cv::Mat make_input(const cv::Mat& bgr, const Letterbox& letterbox, geometry::ImageSize frame,
                   const DetectionSpec& spec);

}  // namespace geond::inference
