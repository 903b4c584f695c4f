#pragma once

#include <array>
#include <opencv2/core/mat.hpp>

#include "geond/geometry/primitive.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// How a picture lies in a network's input: shrunk or enlarged by `scale`, in the middle, moved by
/// whole pixels. Counted from the picture at full size, whatever scale it was decoded at.
struct Letterbox {
  double scale = 1;
  int offset_x = 0;
  int offset_y = 0;
  int width = 0;  ///< Of the picture in the input, pixels.
  int height = 0;

  static Letterbox fit(geometry::ImageSize picture, geometry::ImageSize input);

  /// A box in pixels of the input as one in pixels of the picture.
  geometry::RotatedBox to_picture(const geometry::RotatedBox& box) const;
};

/// Turns pictures into a detector's input tensor. Keeps its buffers from picture to picture.
class InputWriter {
 public:
  explicit InputWriter(const DetectionSpec& spec);

  /// `bgr`: CV_8UC3 of any size, laid into the frame as `letterbox` says. The float32 tensor
  /// 1x3xHxW stays valid until the next call.
  const cv::Mat& write(const cv::Mat& bgr, const Letterbox& letterbox);

 private:
  cv::Mat canvas_;  // CV_8UC3 BGR, the input's size
  cv::Mat tensor_;
  cv::Scalar border_;
  std::array<int, 3> source_channel_{};                 // of each plane of the tensor
  std::array<std::array<float, 256>, 3> normalised_{};  // a plane's value for each byte
};

}  // namespace geond::inference
