// SPDX-License-Identifier: MIT
#include "letterbox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace geond::inference {
namespace {

/// For each channel of the picture (BGR) and each byte, what enters the network.
using Levels = std::array<std::array<float, 256>, 3>;

/// The place of the picture's channel 0 to 2 (B, G, R) in the network's input.
std::size_t place_of(std::size_t channel, ChannelOrder order) {
  return order == ChannelOrder::bgr ? channel : 2 - channel;
}

Levels make_levels(const DetectionSpec& spec) {
  Levels levels{};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::size_t place = place_of(channel, spec.channel_order);
    for (int value = 0; value < 256; ++value) {
      levels[channel][static_cast<std::size_t>(value)] =
          static_cast<float>((value * spec.scale - spec.mean[place]) / spec.std[place]);
    }
  }
  return levels;
}

cv::Mat place_on_canvas(const cv::Mat& bgr, const Letterbox& letterbox, geometry::ImageSize frame,
                        const DetectionSpec& spec) {
  cv::Scalar colour;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    colour[static_cast<int>(channel)] = spec.letterbox[place_of(channel, spec.channel_order)];
  }
  cv::Mat canvas(frame.height, frame.width, CV_8UC3, colour);
  const cv::Rect inside(letterbox.offset_x, letterbox.offset_y, letterbox.scaled.width,
                        letterbox.scaled.height);
  cv::Mat place = canvas(inside);
  const bool shrinks = bgr.cols > inside.width || bgr.rows > inside.height;
  cv::resize(bgr, place, inside.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);
  return canvas;
}

/// Half to even, as the training recipe rounds.
int scaled_side(int side, double scale) {
  return std::max(1, static_cast<int>(std::nearbyint(side * scale)));
}

}  // namespace

int frame_cell(const DetectionSpec& spec) {
  return std::accumulate(spec.strides.begin(), spec.strides.end(), 1,
                         [](int so_far, int stride) { return std::lcm(so_far, stride); });
}

geometry::ImageSize frame_for(geometry::ImageSize picture, const DetectionSpec& spec) {
  if (!spec.follows_picture) return spec.input;
  const std::int64_t cell = frame_cell(spec);
  const std::int64_t cells = spec.input.width / cell * (spec.input.height / cell);
  const std::int64_t longest = 2 * std::max(spec.input.width, spec.input.height) / cell;
  // A picture in a frame of c x r cells has the scale cell * min(c / width, r / height): compared
  // here as whole numbers, times width and height.
  std::int64_t largest = 0;
  for (std::int64_t columns = 1; columns <= std::min(cells, longest); ++columns) {
    const std::int64_t rows = std::min(cells / columns, longest);
    largest = std::max(largest, std::min(columns * picture.height, rows * picture.width));
  }
  const auto covering = [&](std::int64_t other_side) {
    return static_cast<int>((largest + other_side - 1) / other_side * cell);
  };
  return {covering(picture.height), covering(picture.width)};
}

Letterbox Letterbox::fit(geometry::ImageSize picture, geometry::ImageSize input) {
  Letterbox result;
  result.scale = std::min(static_cast<double>(input.width) / picture.width,
                          static_cast<double>(input.height) / picture.height);
  result.scaled = {scaled_side(picture.width, result.scale),
                   scaled_side(picture.height, result.scale)};
  result.offset_x = (input.width - result.scaled.width) / 2;
  result.offset_y = (input.height - result.scaled.height) / 2;
  return result;
}

geometry::RotatedBox Letterbox::to_picture(const geometry::RotatedBox& box) const {
  return {{(box.center.x - offset_x) / scale, (box.center.y - offset_y) / scale},
          box.width / scale,
          box.height / scale,
          box.rotation};
}

cv::Mat make_input(const cv::Mat& bgr, const Letterbox& letterbox, geometry::ImageSize frame,
                   const DetectionSpec& spec) {
  const cv::Mat canvas = place_on_canvas(bgr, letterbox, frame, spec);
  const Levels levels = make_levels(spec);
  const std::array<int, 4> shape = {1, 3, canvas.rows, canvas.cols};
  cv::Mat blob(4, shape.data(), CV_32F);
  const std::size_t plane = canvas.total();
  float* out = blob.ptr<float>();
  std::array<float*, 3> planes{};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    planes[channel] = out + place_of(channel, spec.channel_order) * plane;
  }
  const uchar* in = canvas.ptr<uchar>();
  for (std::size_t pixel = 0; pixel < plane; ++pixel, in += 3) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      planes[channel][pixel] = levels[channel][in[channel]];
    }
  }
  return blob;
}

}  // namespace geond::inference
