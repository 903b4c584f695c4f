#include "letterbox.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace geond::inference {

Letterbox Letterbox::fit(geometry::ImageSize picture, geometry::ImageSize input) {
  Letterbox box;
  box.scale = std::min(static_cast<double>(input.width) / picture.width,
                       static_cast<double>(input.height) / picture.height);
  // nearbyint rounds halves to even, as the recipe's Python does.
  const auto scaled = [&box](int side, int limit) {
    return std::clamp(static_cast<int>(std::nearbyint(side * box.scale)), 1, limit);
  };
  box.width = scaled(picture.width, input.width);
  box.height = scaled(picture.height, input.height);
  box.offset_x = (input.width - box.width) / 2;
  box.offset_y = (input.height - box.height) / 2;
  return box;
}

geometry::RotatedBox Letterbox::to_picture(const geometry::RotatedBox& box) const {
  return {{(box.center.x - offset_x) / scale, (box.center.y - offset_y) / scale},
          box.width / scale,
          box.height / scale,
          box.rotation};
}

InputWriter::InputWriter(const DetectionSpec& spec)
    : canvas_(spec.input.height, spec.input.width, CV_8UC3) {
  const std::array<int, 4> shape{1, 3, spec.input.height, spec.input.width};
  tensor_.create(static_cast<int>(shape.size()), shape.data(), CV_32F);
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const int channel = static_cast<int>(plane);
    source_channel_[plane] = spec.channel_order == ChannelOrder::bgr ? channel : 2 - channel;
    border_[source_channel_[plane]] = spec.letterbox[plane];
    for (std::size_t value = 0; value < 256; ++value) {
      normalised_[plane][value] = static_cast<float>(
          (static_cast<double>(value) * spec.scale - spec.mean[plane]) / spec.std[plane]);
    }
  }
}

const cv::Mat& InputWriter::write(const cv::Mat& bgr, const Letterbox& letterbox) {
  canvas_.setTo(border_);
  cv::Mat inside =
      canvas_(cv::Rect(letterbox.offset_x, letterbox.offset_y, letterbox.width, letterbox.height));
  const bool shrinks = bgr.cols > inside.cols || bgr.rows > inside.rows;
  cv::resize(bgr, inside, inside.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);

  const auto pixels = canvas_.total();
  for (std::size_t plane = 0; plane < 3; ++plane) {
    const unsigned char* from = canvas_.data + source_channel_[plane];
    float* to = tensor_.ptr<float>() + plane * pixels;
    const std::array<float, 256>& table = normalised_[plane];
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) to[pixel] = table[from[pixel * 3]];
  }
  return tensor_;
}

}  // namespace geond::inference
