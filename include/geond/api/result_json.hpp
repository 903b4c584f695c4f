// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "geond/geometry/primitive.hpp"

namespace geond::api {

/// The scene of a result.
struct SceneView {
  std::optional<std::string> scene;
  double probability = 0;  ///< Of `scene`.
  std::span<const std::pair<std::string, double>> scenes;
};

/// Corners normalised by the picture's size, centre and size in its pixels.
nlohmann::json to_json(const geometry::Primitive& primitive, geometry::ImageSize picture);

/// An array of those at or above `threshold`, in the order they come.
nlohmann::json to_json(std::span<const geometry::Primitive> primitives, geometry::ImageSize picture,
                       double threshold);

nlohmann::json to_json(geometry::ImageSize size);

/// Adds `scene`, `scene_probability` and `scenes` to a document.
void add_scene(nlohmann::json& document, const SceneView& view);

/// A result document as it appears everywhere, in answers of the API and in what commands print:
/// `image`, `scene`, `scene_probability`, `scenes`, `threshold`, `primitives`. Probabilities and
/// corners have 6 digits, centre and size 3, rotation 4.
nlohmann::json result_json(geometry::ImageSize picture, const SceneView& scene, double threshold,
                           std::span<const geometry::Primitive> primitives);

}  // namespace geond::api
