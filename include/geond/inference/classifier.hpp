// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/inference/model.hpp"

namespace geond::inference {

/// What scene a set of geons makes.
struct SceneScores {
  std::optional<std::string> scene;  ///< None when no scene is probable enough.
  double probability = 0;            ///< Of `scene`; 0 when there is none.
  /// Every scene of the vocabulary with its probability, in the manifest's order. Their sum is at
  /// most 1: the rest is "none of these". Empty when there were no primitives.
  std::vector<std::pair<std::string, double>> scenes;
};

/// Tells the scene from geons. Owns its networks: for one thread at a time.
class Classifier {
 public:
  /// Errors: invalid_argument `model_kind_mismatch`, `model_not_loadable`.
  static core::Result<Classifier> create(std::shared_ptr<const Model> model);

  ~Classifier();
  Classifier(Classifier&&) noexcept;
  Classifier& operator=(Classifier&&) noexcept;

  const Model& model() const;

  /// Classifies the primitives whose probability is at or above `threshold`; boxes in pixels of
  /// `picture`. Without any, the answer is no scene, and no network runs. Of more than fit in the
  /// network's input the most probable count.
  ///
  /// Errors: internal `model_output_invalid` when a network's value is not finite, or an output has
  /// not the shape of the layout; invalid_argument `unknown_primitive_class`, `invalid_primitive`
  /// (a box without size, or a number that is not finite), with a field such as
  /// `primitives/3/class`, and `invalid_image_size` (not positive).
  core::Result<SceneScores> classify(std::span<const geometry::Primitive> primitives,
                                     geometry::ImageSize picture, double threshold = 0);

 private:
  class Implementation;
  explicit Classifier(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace geond::inference
