// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <opencv2/core/mat.hpp>

namespace geond::test {

/// Whether a pixel is about this colour; `blue`, `green`, `red` 0 to 255.
inline bool is_about(const cv::Mat& bgr, int x, int y, int blue, int green, int red,
                     int tolerance = 12) {
  const auto& pixel = bgr.at<cv::Vec3b>(y, x);
  return std::abs(pixel[0] - blue) <= tolerance && std::abs(pixel[1] - green) <= tolerance &&
         std::abs(pixel[2] - red) <= tolerance;
}

}  // namespace geond::test
