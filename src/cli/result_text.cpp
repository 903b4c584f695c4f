// SPDX-License-Identifier: MIT
#include "result_text.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "geond/api/result_json.hpp"
#include "geond/core/utf8.hpp"
#include "picture_files.hpp"

namespace geond::cli {
std::string to_json_line(const std::filesystem::path& file, const PictureResult& result) {
  nlohmann::json document = api::result_json(
      result.image, {result.scene.scene, result.scene.probability, result.scene.scenes},
      result.threshold, result.primitives);
  document["image"]["file"] = told_name(file);
  return document.dump() + "\n";
}

std::string to_text(const std::filesystem::path& file, const PictureResult& result) {
  std::string text = fmt::format("{}: {}", core::printable(told_name(file)),
                                 result.scene.scene.value_or("no scene"));
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
