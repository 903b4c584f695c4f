// SPDX-License-Identifier: MIT
#include "result_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "geond/core/rounding.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;

json corners_json(const geometry::Primitive& primitive, geometry::ImageSize picture) {
  json corners = json::array();
  for (const geometry::Point& corner : geometry::normalised_corners(primitive.box, picture)) {
    corners.push_back({core::rounded(corner.x, 6), core::rounded(corner.y, 6)});
  }
  return corners;
}

json primitive_json(const geometry::Primitive& primitive, geometry::ImageSize picture) {
  const geometry::RotatedBox& box = primitive.box;
  return {{"class", primitive.class_name},
          {"probability", core::rounded(primitive.probability, 6)},
          {"corners", corners_json(primitive, picture)},
          {"center", {core::rounded(box.center.x, 2), core::rounded(box.center.y, 2)}},
          {"size", {core::rounded(box.width, 2), core::rounded(box.height, 2)}},
          {"rotation", core::rounded(box.rotation, 2)}};
}

}  // namespace

std::string to_json_line(const std::filesystem::path& file, const PictureResult& result) {
  json scenes = json::object();
  for (const auto& [name, probability] : result.scene.scenes) {
    scenes[name] = core::rounded(probability, 6);
  }
  json primitives = json::array();
  for (const geometry::Primitive& primitive : result.primitives) {
    primitives.push_back(primitive_json(primitive, result.image));
  }
  const json document = {
      {"image",
       {{"file", file.string()}, {"width", result.image.width}, {"height", result.image.height}}},
      {"scene", result.scene.scene ? json(*result.scene.scene) : json(nullptr)},
      {"scene_probability",
       result.scene.scene ? json(core::rounded(result.scene.probability, 6)) : json(nullptr)},
      {"scenes", std::move(scenes)},
      {"threshold", result.threshold},
      {"primitives", std::move(primitives)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string to_text(const std::filesystem::path& file, const PictureResult& result) {
  std::string text = fmt::format("{}: {}", file.string(), result.scene.scene.value_or("no scene"));
  if (result.scene.scene) text += fmt::format(" ({:.2f})", result.scene.probability);
  text += fmt::format(", {} geons\n", result.primitives.size());
  for (const geometry::Primitive& primitive : result.primitives) {
    text += fmt::format("  {:<9} {:.2f}  at {:.0f},{:.0f}  {:.0f} x {:.0f}  {:.0f} degrees\n",
                        primitive.class_name, primitive.probability, primitive.box.center.x,
                        primitive.box.center.y, primitive.box.width, primitive.box.height,
                        std::nearbyint(primitive.box.rotation) + 0.0);  // never -0
  }
  return text;
}

}  // namespace geond::cli
