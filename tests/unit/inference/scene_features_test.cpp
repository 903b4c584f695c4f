// SPDX-License-Identifier: MIT
#include "scene_features.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "fixtures.hpp"

using namespace geond;
using nlohmann::json;

namespace {

inference::ClassificationSpec spec() {
  inference::ClassificationSpec result;
  result.primitive_classes = {"cone", "cube", "cylinder", "sphere", "torus"};
  return result;
}

std::vector<geometry::Primitive> primitives_of(const json& list) {
  std::vector<geometry::Primitive> result;
  for (const json& element : list) result.push_back(test::primitive_of(element));
  return result;
}

}  // namespace

TEST_CASE("primitives become the golden features") {
  const json document = test::golden("classifier.json");
  for (const json& row : document.at("cases")) {
    CAPTURE(row.at("name").get<std::string>());
    const geometry::ImageSize picture{row.at("picture").at("width"),
                                      row.at("picture").at("height")};
    const auto primitives = primitives_of(row.at("primitives"));
    const cv::Mat tensor =
        inference::make_features(primitives, picture, row.at("threshold"), spec());
    if (primitives.empty()) {
      CHECK(tensor.empty());
      continue;
    }
    const auto expected = row.at("features").at("data").get<std::vector<double>>();
    REQUIRE(tensor.total() == expected.size());
    for (std::size_t index = 0; index < expected.size(); ++index) {
      CAPTURE(index);
      test::check_close(tensor.ptr<float>()[index], expected[index]);
    }
  }
}

TEST_CASE("a box described with its short side as width has the same features") {
  const std::vector<geometry::Primitive> tidy = {{"cube", 0.5, {{40, 50}, 30, 10, -60}}};
  const std::vector<geometry::Primitive> other = {{"cube", 0.5, {{40, 50}, 10, 30, 30}}};
  const cv::Mat first = inference::make_features(tidy, {100, 80}, 0, spec());
  const cv::Mat second = inference::make_features(other, {100, 80}, 0, spec());
  for (std::size_t index = 0; index < first.total(); ++index) {
    test::check_close(first.ptr<float>()[index], second.ptr<float>()[index]);
  }
}

TEST_CASE("boxes as nobody draws them do not blow the features up") {
  for (const geometry::RotatedBox& box :
       {geometry::RotatedBox{{1e7, -1e7}, 1e7, 1e7, 0}, {{0, 0}, 1e-300, 1e-320, 45}}) {
    const std::vector<geometry::Primitive> odd = {{"cube", 1, box}};
    const cv::Mat tensor = inference::make_features(odd, {1, 1}, 0, spec());
    for (std::size_t index = 0; index < tensor.total(); ++index) {
      CHECK(std::abs(tensor.ptr<float>()[index]) <= 4);
    }
  }
}

TEST_CASE("primitives that cannot be classified are refused with the reason") {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  struct Case {
    geometry::Primitive primitive;
    geometry::ImageSize picture;
    const char* code;
  };
  const Case cases[] = {
      {{"cube", 0.5, {{1, 1}, 2, 1, 0}}, {0, 10}, "invalid_image_size"},
      {{"cube", 0.5, {{1, 1}, 2, 1, 0}}, {10, -1}, "invalid_image_size"},
      {{"pyramid", 0.5, {{1, 1}, 2, 1, 0}}, {10, 10}, "unknown_primitive_class"},
      {{"", 0.5, {{1, 1}, 2, 1, 0}}, {10, 10}, "unknown_primitive_class"},
      {{"cube", 0.5, {{1, 1}, 0, 1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", 0.5, {{1, 1}, 2, -1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", 0.5, {{not_a_number, 1}, 2, 1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", 0.5, {{1, 1e300}, 2, 1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", 0.5, {{1, 1}, kInfinite, 1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", 0.5, {{1, 1}, 2, 1, not_a_number}}, {10, 10}, "invalid_primitive"},
      {{"cube", 1.5, {{1, 1}, 2, 1, 0}}, {10, 10}, "invalid_primitive"},
      {{"cube", not_a_number, {{1, 1}, 2, 1, 0}}, {10, 10}, "invalid_primitive"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.code);
    const auto checked = inference::check_primitives({&row.primitive, 1}, row.picture, spec());
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().code() == row.code);
  }
}
