// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>

#include "writers.hpp"

namespace geond::exporting {

std::string write_yolo_obb(const AnnotatedImage& image, std::span<const std::string> classes) {
  std::string text;
  for (const geometry::Primitive& primitive : image.primitives) {
    text += std::to_string(class_index(primitive.class_name, classes));
    for (const geometry::Point& corner : geometry::normalised_corners(primitive.box, image.size)) {
      fmt::format_to(std::back_inserter(text), " {:.6f} {:.6f}", corner.x, corner.y);
    }
    text += '\n';
  }
  return text;
}

std::string write_dota(const AnnotatedImage& image) {
  std::string text;
  for (const geometry::Primitive& primitive : image.primitives) {
    for (const geometry::Point& corner : geometry::corners(primitive.box)) {
      fmt::format_to(std::back_inserter(text), "{:.2f} {:.2f} ", corner.x, corner.y);
    }
    // The last column says "difficult"; a detector does not know.
    fmt::format_to(std::back_inserter(text), "{} 0\n", primitive.class_name);
  }
  return text;
}

}  // namespace geond::exporting
