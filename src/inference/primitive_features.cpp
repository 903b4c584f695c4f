#include "primitive_features.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace geond::inference {
namespace {

core::Error invalid(std::string_view code, std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, code, std::move(detail));
}

bool is_usable(const geometry::Primitive& primitive) {
  const geometry::RotatedBox& box = primitive.box;
  return std::isfinite(box.center.x) && std::isfinite(box.center.y) && std::isfinite(box.width) &&
         std::isfinite(box.height) && std::isfinite(box.rotation) && box.width > 0 &&
         box.height > 0 && primitive.probability >= 0 && primitive.probability <= 1;
}

/// The features after the one-hot class.
std::array<double, kPlaceFeatures> place_features(const geometry::Primitive& primitive,
                                                  geometry::ImageSize picture) {
  const geometry::RotatedBox& box = primitive.box;
  const double side = std::max(picture.width, picture.height);
  const double doubled = box.rotation * std::numbers::pi / 90;
  return {(box.center.x - picture.width / 2.0) / side,
          (box.center.y - picture.height / 2.0) / side,
          std::log(box.width / side) / 4,
          std::log(box.height / side) / 4,
          std::cos(doubled),
          std::sin(doubled),
          primitive.probability,
          1};
}

}  // namespace

std::vector<geometry::Primitive> most_probable(std::span<const geometry::Primitive> primitives,
                                               double threshold, std::size_t limit) {
  std::vector<geometry::Primitive> chosen;
  std::copy_if(primitives.begin(), primitives.end(), std::back_inserter(chosen),
               [threshold](const auto& primitive) { return primitive.probability >= threshold; });
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  if (chosen.size() > limit) chosen.resize(limit);
  return chosen;
}

core::Result<cv::Mat> primitive_features(std::span<const geometry::Primitive> primitives,
                                         geometry::ImageSize picture,
                                         std::span<const std::string> classes, int slots) {
  if (picture.width <= 0 || picture.height <= 0) {
    return invalid("invalid_image_size", "The picture's width and height must be positive.");
  }
  const std::array<int, 4> shape{1, static_cast<int>(classes.size()) + kPlaceFeatures, 1, slots};
  cv::Mat tensor(static_cast<int>(shape.size()), shape.data(), CV_32F, cv::Scalar(0));
  auto* values = tensor.ptr<float>();
  const auto columns = static_cast<std::size_t>(slots);
  for (std::size_t slot = 0; slot < std::min(primitives.size(), columns); ++slot) {
    const geometry::Primitive& primitive = primitives[slot];
    const auto found = std::find(classes.begin(), classes.end(), primitive.class_name);
    if (found == classes.end()) {
      return invalid("unknown_primitive_class",
                     fmt::format("\"{}\" is none of the classifier's primitives: {}.",
                                 primitive.class_name, fmt::join(classes, ", ")));
    }
    if (!is_usable(primitive)) {
      return invalid(
          "invalid_primitive",
          fmt::format("Primitive {} must have a size above zero, a probability from 0 to "
                      "1, and finite numbers.",
                      slot + 1));
    }
    values[static_cast<std::size_t>(found - classes.begin()) * columns + slot] = 1;
    std::size_t row = classes.size();
    for (const double feature : place_features(primitive, picture)) {
      values[row++ * columns + slot] = static_cast<float>(feature);
    }
  }
  return tensor;
}

}  // namespace geond::inference
