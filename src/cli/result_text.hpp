// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geond/geometry/primitive.hpp"
#include "geond/inference/classifier.hpp"

namespace geond::cli {

/// What was found in one picture.
struct PictureResult {
  geometry::ImageSize image;
  double threshold = 0;
  inference::SceneScores scene;
  std::vector<geometry::Primitive> primitives;
};

/// The result document of the API in one line, with `image.file` (see told_name).
std::string to_json_line(const std::filesystem::path& file, const PictureResult& result);

/// The same for a person at a terminal: the scene, then one line a geon. The file's
/// name is told core::printable; manifests see to the names of classes and scenes.
std::string to_text(const std::filesystem::path& file, const PictureResult& result);

}  // namespace geond::cli
