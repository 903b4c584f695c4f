// SPDX-License-Identifier: MIT
#include "letterbox.hpp"

#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace geond;
using inference::Letterbox;

TEST_CASE("a picture is fitted into the middle of the input") {
  struct Case {
    geometry::ImageSize picture;
    geometry::ImageSize scaled;
    int offset_x;
    int offset_y;
  };
  const Case cases[] = {
      {{512, 384}, {512, 384}, 0, 0},   {{1024, 768}, {512, 384}, 0, 0},
      {{1000, 100}, {512, 51}, 0, 166}, {{100, 1000}, {38, 384}, 237, 0},
      {{20000, 1}, {512, 1}, 0, 191},   {{1, 1}, {384, 384}, 64, 0},
  };
  for (const Case& row : cases) {
    CAPTURE(row.picture.width);
    const Letterbox letterbox = Letterbox::fit(row.picture, {512, 384});
    CHECK(letterbox.scaled == row.scaled);
    CHECK(letterbox.offset_x == row.offset_x);
    CHECK(letterbox.offset_y == row.offset_y);
  }
}

TEST_CASE("a network that follows the picture gets a frame of the picture's proportions") {
  struct Case {
    geometry::ImageSize picture;
    geometry::ImageSize frame;
  };
  // models/training/tests/test_decode.py has the same table.
  const Case cases[] = {
      {{1024, 768}, {768, 576}},  {{768, 1024}, {576, 768}},  {{500, 500}, {640, 640}},
      {{1920, 1080}, {864, 512}}, {{1080, 1920}, {512, 864}}, {{6000, 4000}, {800, 544}},
      {{1, 20000}, {32, 1536}},   {{20000, 1}, {1536, 32}},   {{1, 1}, {640, 640}},
      {{511, 384}, {768, 576}},
  };
  inference::DetectionSpec spec;
  spec.input = {768, 576};
  spec.strides = {8, 16, 32};
  for (const Case& row : cases) {
    CAPTURE(row.picture.width);
    spec.follows_picture = true;
    CHECK(inference::frame_for(row.picture, spec) == row.frame);
    spec.follows_picture = false;
    CHECK(inference::frame_for(row.picture, spec) == spec.input);
  }
}

TEST_CASE("a frame is whole cells of every stride") {
  inference::DetectionSpec spec;
  spec.input = {96, 48};
  spec.strides = {8, 12};
  spec.follows_picture = true;
  CHECK(inference::frame_cell(spec) == 24);
  CHECK(inference::frame_for({100, 200}, spec) == geometry::ImageSize{48, 96});
}

TEST_CASE("half a pixel is rounded to even, as the training recipe does") {
  CHECK(Letterbox::fit({1024, 5}, {512, 384}).scaled.height == 2);
  CHECK(Letterbox::fit({1024, 7}, {512, 384}).scaled.height == 4);
}

TEST_CASE("a box goes back to the picture whatever was decoded of it") {
  const Letterbox letterbox = Letterbox::fit({4000, 2000}, {512, 384});
  const geometry::RotatedBox box = letterbox.to_picture({{256, 192}, 51.2, 25.6, 30});
  test::check_close(box, {{2000, 1000}, 400, 200, 30});
}

TEST_CASE("a pixel enters the network in the manifest's order and range") {
  inference::DetectionSpec spec;
  spec.input = {64, 32};
  spec.letterbox = {10, 20, 30};
  spec.scale = 0.5;
  spec.mean = {1, 2, 3};
  spec.std = {1, 2, 4};
  const cv::Mat picture(32, 32, CV_8UC3, cv::Scalar(100, 150, 200));  // B, G, R
  const Letterbox letterbox = Letterbox::fit({32, 32}, spec.input);
  const auto value = [](const cv::Mat& blob, std::size_t channel, std::size_t column) {
    return blob.ptr<float>()[channel * 64 * 32 + column];
  };

  const cv::Mat bgr = inference::make_input(picture, letterbox, spec.input, spec);
  CHECK(value(bgr, 0, 0) == 10 * 0.5F - 1);
  CHECK(value(bgr, 2, 63) == (30 * 0.5F - 3) / 4);
  CHECK(value(bgr, 0, 20) == 100 * 0.5F - 1);
  CHECK(value(bgr, 2, 20) == (200 * 0.5F - 3) / 4);

  spec.channel_order = inference::ChannelOrder::rgb;
  const cv::Mat rgb = inference::make_input(picture, letterbox, spec.input, spec);
  CHECK(value(rgb, 0, 0) == 10 * 0.5F - 1);
  CHECK(value(rgb, 0, 20) == 200 * 0.5F - 1);
  CHECK(value(rgb, 2, 20) == (100 * 0.5F - 3) / 4);
}
