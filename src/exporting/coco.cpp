// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "geond/core/rounding.hpp"
#include "writers.hpp"

namespace geond::exporting {
namespace {

using nlohmann::ordered_json;

/// Thousandths of a pixel are enough, and keep the document short.
double rounded(double pixels) {
  return core::rounded(pixels, 3);
}

ordered_json annotation(const geometry::Primitive& primitive) {
  const std::array<geometry::Point, 4> corners = geometry::corners(primitive.box);
  const auto [left, right] = std::ranges::minmax(corners, {}, &geometry::Point::x);
  const auto [top, bottom] = std::ranges::minmax(corners, {}, &geometry::Point::y);
  ordered_json polygon = ordered_json::array();
  for (const geometry::Point& corner : corners) {
    polygon.push_back(rounded(corner.x));
    polygon.push_back(rounded(corner.y));
  }
  return {{"bbox",
           {rounded(left.x), rounded(top.y), rounded(right.x - left.x), rounded(bottom.y - top.y)}},
          {"segmentation", ordered_json::array({polygon})},
          {"area", rounded(geometry::area(primitive.box))},
          {"iscrowd", 0},
          {"score", primitive.probability}};
}

}  // namespace

std::string write_coco(const AnnotatedImage& image, std::span<const std::string> classes) {
  constexpr int kImage = 1;
  ordered_json about = {{"id", kImage},
                        {"file_name", image.file_name},
                        {"width", image.size.width},
                        {"height", image.size.height}};
  if (image.scene) about["scene"] = *image.scene;
  ordered_json document = {{"images", ordered_json::array({std::move(about)})},
                           {"annotations", ordered_json::array()},
                           {"categories", ordered_json::array()}};
  for (std::size_t index = 0; index < classes.size(); ++index) {
    document["categories"].push_back({{"id", index + 1}, {"name", classes[index]}});
  }
  for (const geometry::Primitive& primitive : image.primitives) {
    ordered_json entry = {{"id", document["annotations"].size() + 1},
                          {"image_id", kImage},
                          {"category_id", class_index(primitive.class_name, classes) + 1}};
    entry.update(annotation(primitive));
    document["annotations"].push_back(std::move(entry));
  }
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace geond::exporting
