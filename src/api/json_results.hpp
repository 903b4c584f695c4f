// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "geond/core/result.hpp"
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

/// A result document as it appears everywhere: DESIGN.md, API v1.
nlohmann::json result_json(geometry::ImageSize picture, const SceneView& scene, double threshold,
                           std::span<const geometry::Primitive> primitives);

/// Primitives in a request: the members of a result's primitives.
struct PrimitiveInput {
  geometry::ImageSize picture;
  std::vector<geometry::Primitive> primitives;  ///< Canonical; at most 300.
};

/// Errors: invalid_argument `invalid_body`.
core::Result<PrimitiveInput> read_primitives(const nlohmann::json& body);

}  // namespace geond::api
