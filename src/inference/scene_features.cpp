// SPDX-License-Identifier: MIT
#include "scene_features.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

namespace geond::inference {
namespace {

using geometry::Primitive;

/// Nothing in a picture is as far or as large: beyond it the features would leave their range.
constexpr double kMostPixels = 1e7;
/// No geon that a network was trained on has a feature as large; what a client makes up may, and
/// the network would answer with infinities.
constexpr double kLargestFeature = 4;

core::Error refused(std::string_view code, const std::string& detail, std::string field) {
  return core::Error{core::ErrorKind::invalid_argument, code, detail}.with_field(std::move(field),
                                                                                 detail);
}

bool is_sound(const Primitive& primitive) {
  const geometry::RotatedBox& box = primitive.box;
  return std::abs(box.center.x) <= kMostPixels && std::abs(box.center.y) <= kMostPixels &&
         box.width > 0 && box.width <= kMostPixels && box.height > 0 && box.height <= kMostPixels &&
         std::isfinite(box.rotation) && primitive.probability >= 0 && primitive.probability <= 1;
}

std::vector<const Primitive*> choose(std::span<const Primitive> primitives, double threshold,
                                     int slots) {
  std::vector<const Primitive*> chosen;
  for (const Primitive& primitive : primitives) {
    if (primitive.probability >= threshold) chosen.push_back(&primitive);
  }
  std::ranges::stable_sort(chosen, std::ranges::greater{}, &Primitive::probability);
  if (chosen.size() > static_cast<std::size_t>(slots))
    chosen.resize(static_cast<std::size_t>(slots));
  return chosen;
}

std::array<double, kSlotFeatures> slot_features(const Primitive& primitive,
                                                geometry::ImageSize picture) {
  const geometry::RotatedBox box = geometry::canonical(primitive.box);
  const double side = std::max(picture.width, picture.height);
  const double twice = 2 * box.rotation * std::numbers::pi / 180;
  return {(box.center.x - picture.width / 2.0) / side,
          (box.center.y - picture.height / 2.0) / side,
          std::log(box.width / side) / 4,
          std::log(box.height / side) / 4,
          std::cos(twice),
          std::sin(twice),
          primitive.probability,
          1};
}

}  // namespace

core::Result<void> check_primitives(std::span<const Primitive> primitives,
                                    geometry::ImageSize picture, const ClassificationSpec& spec) {
  if (picture.width <= 0 || picture.height <= 0) {
    return refused("invalid_image_size", "The picture's width and height must be positive.",
                   "image");
  }
  for (std::size_t at = 0; at < primitives.size(); ++at) {
    const Primitive& primitive = primitives[at];
    if (std::ranges::find(spec.primitive_classes, primitive.class_name) ==
        spec.primitive_classes.end()) {
      return refused("unknown_primitive_class",
                     fmt::format("The classifier does not know `{}`; it knows {}.",
                                 primitive.class_name, fmt::join(spec.primitive_classes, ", ")),
                     fmt::format("primitives/{}/class", at));
    }
    if (!is_sound(primitive)) {
      return refused("invalid_primitive",
                     "A primitive needs a width and a height above 0, a probability from 0 to 1, "
                     "and a place and a size that a picture can have.",
                     fmt::format("primitives/{}", at));
    }
  }
  return core::ok();
}

cv::Mat make_features(std::span<const Primitive> primitives, geometry::ImageSize picture,
                      double threshold, const ClassificationSpec& spec) {
  const std::vector<const Primitive*> chosen = choose(primitives, threshold, spec.slots);
  if (chosen.empty()) return {};
  const std::size_t classes = spec.primitive_classes.size();
  const auto slots = static_cast<std::size_t>(spec.slots);
  const std::array<int, 4> shape = {1, static_cast<int>(classes + kSlotFeatures), 1, spec.slots};
  cv::Mat tensor(4, shape.data(), CV_32F, cv::Scalar(0));
  float* values = tensor.ptr<float>();
  for (std::size_t slot = 0; slot < chosen.size(); ++slot) {
    const auto found = std::ranges::find(spec.primitive_classes, chosen[slot]->class_name);
    const auto class_index = static_cast<std::size_t>(found - spec.primitive_classes.begin());
    values[class_index * slots + slot] = 1;
    const std::array<double, kSlotFeatures> features = slot_features(*chosen[slot], picture);
    for (std::size_t index = 0; index < features.size(); ++index) {
      values[(classes + index) * slots + slot] =
          static_cast<float>(std::clamp(features[index], -kLargestFeature, kLargestFeature));
    }
  }
  return tensor;
}

}  // namespace geond::inference
