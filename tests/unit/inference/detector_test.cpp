// SPDX-License-Identifier: MIT
#include "geond/inference/detector.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <thread>

#include "fixtures.hpp"

using namespace geond;
using namespace geond::inference;

namespace {

Detector make_detector() {
  auto detector = Detector::create(test::shipped_model("geon-detector"));
  REQUIRE(detector.has_value());
  return std::move(*detector);
}

/// Grey ground with something on it that is not quite nothing.
cv::Mat make_picture(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3, cv::Scalar(180, 190, 200));
  cv::circle(picture, {width / 3, height / 2}, height / 5, cv::Scalar(40, 60, 160), -1);
  cv::rectangle(picture, {width / 2, height / 3}, {width * 4 / 5, height * 2 / 3},
                cv::Scalar(150, 90, 30), -1);
  return picture;
}

}  // namespace

TEST_CASE("what a detector finds is ordered, canonical and of its vocabulary") {
  Detector detector = make_detector();
  CHECK(detector.frame_for({1024, 768}) == geometry::ImageSize{640, 480});
  const auto found = detector.detect(make_picture(1024, 768), {1024, 768});
  REQUIRE(found.has_value());
  REQUIRE_FALSE(found->empty());
  CHECK(found->size() <= kMaxPrimitives);
  CHECK(std::ranges::is_sorted(*found, std::ranges::greater{}, &geometry::Primitive::probability));
  for (const geometry::Primitive& primitive : *found) {
    CHECK(primitive.probability >= 0.05);
    CHECK(geometry::is_canonical(primitive.box));
    CHECK(std::ranges::count(detector.model().manifest().classes, primitive.class_name,
                             &ClassLabel::name) == 1);
  }
}

TEST_CASE("boxes are counted in the full picture whatever was decoded of it") {
  Detector detector = make_detector();
  const cv::Mat picture = make_picture(512, 384);
  const auto small = detector.detect(picture, {512, 384});
  const auto large = detector.detect(picture, {4096, 3072});
  REQUIRE(small.has_value());
  REQUIRE(large.has_value());
  REQUIRE_FALSE(small->empty());
  REQUIRE(small->size() == large->size());
  for (std::size_t index = 0; index < small->size(); ++index) {
    CHECK((*large)[index].box.width == doctest::Approx(8 * (*small)[index].box.width));
    CHECK((*large)[index].box.center.x == doctest::Approx(8 * (*small)[index].box.center.x));
  }
}

TEST_CASE("detection gives the same again, and takes pictures of any shape") {
  Detector detector = make_detector();
  const auto first = detector.detect(make_picture(640, 480), {640, 480});
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 900}, {900, 1}, {3000, 10}}) {
    const cv::Mat sliver(height, width, CV_8UC3, cv::Scalar(0, 0, 0));
    CHECK(detector.detect(sliver, {width, height}).has_value());
  }
  const auto again = detector.detect(make_picture(640, 480), {640, 480});
  CHECK(*first == *again);
}

TEST_CASE("a classifier is no detector") {
  CHECK(Detector::create(test::shipped_model("scene-classifier")).error().code() ==
        "model_kind_mismatch");
}

TEST_CASE("threads with a detector each share a model and find the same") {
  const auto model = test::shipped_model("geon-detector");
  const cv::Mat picture = make_picture(640, 480);
  std::array<std::vector<geometry::Primitive>, 2> found;
  {
    std::vector<std::jthread> threads;
    for (auto& primitives : found) {
      threads.emplace_back([&model, &picture, &primitives] {
        auto detector = Detector::create(model);
        if (!detector) return;
        if (auto result = detector->detect(picture, {640, 480})) primitives = std::move(*result);
      });
    }
  }
  CHECK_FALSE(found[0].empty());
  CHECK(found[0] == found[1]);
}
