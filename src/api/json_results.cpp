// SPDX-License-Identifier: MIT
#include "json_results.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "geond/core/rounding.hpp"
#include "input_reader.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

constexpr int kMaxSide = 1'000'000;      // pixels
constexpr double kMaxPlace = 4'000'000;  // a box may lie outside of the picture, but not anywhere
constexpr std::size_t kMaxPrimitives = 300;

/// Stays in [-90, 90), where 90 is the same as -90.
double tidy_rotation(double degrees) {
  const double tidy = core::rounded(degrees, 4);
  return tidy >= 90 ? tidy - 180 : tidy;
}

}  // namespace

json to_json(const geometry::Primitive& primitive, geometry::ImageSize picture) {
  json corners = json::array();
  for (const geometry::Point& corner : geometry::normalised_corners(primitive.box, picture)) {
    corners.push_back({core::rounded(corner.x, 6), core::rounded(corner.y, 6)});
  }
  const geometry::RotatedBox& box = primitive.box;
  return {{"class", primitive.class_name},
          {"probability", core::rounded(primitive.probability, 6)},
          {"corners", std::move(corners)},
          {"center", {core::rounded(box.center.x, 3), core::rounded(box.center.y, 3)}},
          {"size", {core::rounded(box.width, 3), core::rounded(box.height, 3)}},
          {"rotation", tidy_rotation(box.rotation)}};
}

json to_json(std::span<const geometry::Primitive> primitives, geometry::ImageSize picture,
             double threshold) {
  json array = json::array();
  for (const geometry::Primitive& primitive : primitives) {
    if (primitive.probability >= threshold) array.push_back(to_json(primitive, picture));
  }
  return array;
}

json to_json(geometry::ImageSize size) {
  return {{"width", size.width}, {"height", size.height}};
}

void add_scene(json& document, const SceneView& view) {
  document["scene"] = view.scene ? json(*view.scene) : json();
  document["scene_probability"] = view.scene ? json(core::rounded(view.probability, 6)) : json();
  json scenes = json::object();
  for (const auto& [name, probability] : view.scenes) scenes[name] = core::rounded(probability, 6);
  document["scenes"] = std::move(scenes);
}

json result_json(geometry::ImageSize picture, const SceneView& scene, double threshold,
                 std::span<const geometry::Primitive> primitives) {
  json document = {{"image", to_json(picture)}};
  add_scene(document, scene);
  document["threshold"] = threshold;
  document["primitives"] = to_json(primitives, picture, threshold);
  return document;
}

core::Result<PrimitiveInput> read_primitives(const json& body) {
  PrimitiveInput input;
  ObjectReader reader(body);
  if (const json* image = reader.object("image")) {
    ObjectReader size(*image, "image/");
    input.picture.width = static_cast<int>(size.integer("width", 1, kMaxSide));
    input.picture.height = static_cast<int>(size.integer("height", 1, kMaxSide));
    reader.adopt(std::move(size));
  }
  if (const json* primitives = reader.array("primitives", 0, kMaxPrimitives)) {
    for (std::size_t at = 0; at < primitives->size(); ++at) {
      ObjectReader row((*primitives)[at], fmt::format("primitives/{}/", at));
      geometry::Primitive primitive;
      primitive.class_name = row.text("class", 1, 64, Need::required);
      primitive.probability = row.number("probability", 0, 1);
      const auto [x, y] = row.pair("center", -kMaxPlace, kMaxPlace);
      const auto [width, height] = row.pair("size", 0, kMaxPlace);
      primitive.box =
          geometry::canonical({{x, y}, width, height, row.number("rotation", -360, 360)});
      row.ignore("corners");
      input.primitives.push_back(std::move(primitive));
      reader.adopt(std::move(row));
    }
  }
  if (auto read = reader.finish(); !read) return read.error();
  return input;
}

}  // namespace geond::api
