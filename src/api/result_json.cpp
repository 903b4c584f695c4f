// SPDX-License-Identifier: MIT
#include "geond/api/result_json.hpp"

#include <nlohmann/json.hpp>

#include "geond/core/rounding.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

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

}  // namespace geond::api
