// SPDX-License-Identifier: MIT
#include "pictures.hpp"

#include <opencv2/imgproc.hpp>
#include <random>
#include <stdexcept>

#include "geond/imaging/encode.hpp"

namespace geond::bench {
namespace {

cv::Mat draw_scene(unsigned seed) {
  std::mt19937 random(seed);
  const auto within = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low));
  };
  cv::Mat picture(1200, 1600, CV_8UC3, cv::Scalar(150, 160, 170));
  cv::rectangle(picture, {0, 520}, {1600, 1200}, cv::Scalar(90, 110, 130), cv::FILLED);
  for (int shape = 0; shape < 14; ++shape) {
    const cv::Point at(within(80, 1520), within(300, 1120));
    const int size = within(40, 180);
    const cv::Scalar colour(within(40, 230), within(40, 230), within(40, 230));
    if (shape % 2 == 0) {
      cv::circle(picture, at, size, colour * 0.6, cv::FILLED, cv::LINE_AA);
      cv::circle(picture, at - cv::Point(size / 5, size / 5), size * 2 / 3, colour, cv::FILLED,
                 cv::LINE_AA);
    } else {
      cv::rectangle(picture, at - cv::Point(size, size), at + cv::Point(size, size / 2), colour,
                    cv::FILLED);
      cv::rectangle(picture, at + cv::Point(size, -size), at + cv::Point(size * 3 / 2, size / 2),
                    colour * 0.6, cv::FILLED);
    }
  }
  cv::Mat noise(picture.size(), CV_8UC3);
  cv::RNG generator(seed);
  generator.fill(noise, cv::RNG::UNIFORM, 0, 12);
  picture += noise;
  return picture;
}

}  // namespace

std::vector<std::string> make_pictures(int count) {
  std::vector<std::string> pictures;
  for (int index = 0; index < count; ++index) {
    auto encoded = imaging::encode_jpeg(draw_scene(static_cast<unsigned>(index + 1)));
    if (!encoded) throw std::runtime_error(encoded.error().detail());
    pictures.push_back(std::move(encoded->bytes));
  }
  return pictures;
}

}  // namespace geond::bench
