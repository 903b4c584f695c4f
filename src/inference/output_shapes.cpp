// SPDX-License-Identifier: MIT
#include "output_shapes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "rotated_decoder.hpp"

namespace geond::inference {
namespace {

std::span<const int> shape_of(const cv::Mat& tensor) {
  return {tensor.size.p, static_cast<std::size_t>(tensor.dims)};
}

}  // namespace

std::optional<std::string> wrong_shape(const std::vector<cv::Mat>& outputs,
                                       const Manifest& manifest, const DetectionSpec& spec,
                                       geometry::ImageSize frame) {
  const int channels = static_cast<int>(manifest.classes.size() + kBoxChannels);
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    const int stride = spec.strides[index];
    const std::array<int, 4> wanted = {1, channels, frame.height / stride, frame.width / stride};
    const std::span<const int> given = shape_of(outputs[index]);
    if (!std::ranges::equal(given, wanted)) {
      return fmt::format(
          "The output `{}` of {} is {} for an input of {}x{}, but its layout wants {}.",
          spec.output_names[index], manifest.name, fmt::join(given, "x"), frame.width, frame.height,
          fmt::join(wanted, "x"));
    }
  }
  return std::nullopt;
}

std::optional<std::string> wrong_shape(const cv::Mat& output, const Manifest& manifest,
                                       const ClassificationSpec& spec) {
  const std::size_t wanted =
      spec.layout == ClassificationLayout::softmax_with_none ? manifest.classes.size() + 1 : 1;
  if (output.total() == wanted) return std::nullopt;
  return fmt::format("The output `{}` of {} has {} values, but its layout wants {}.",
                     spec.output_name, manifest.name, output.total(), wanted);
}

}  // namespace geond::inference
