// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "geond/catalog/catalog.hpp"
#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/image_info.hpp"
#include "geond/imaging/limits.hpp"
#include "geond/inference/classifier.hpp"
#include "geond/inference/model.hpp"
#include "geond/tasks/task.hpp"

namespace geond::pipeline {

class ModelStore;
class NetworkPool;

/// A model that can be used, with what is known of it.
struct AvailableModel {
  catalog::Model record;
  std::shared_ptr<const inference::Model> model;
  std::optional<double> average_seconds;  ///< Of a run of its network lately; nothing before.
};

/// What a detector found without a task.
struct Detection {
  imaging::ImageInfo image;
  double threshold = 0;
  std::vector<geometry::Primitive> candidates;  ///< All of them; filter by `threshold`.
  tasks::StageSeconds seconds;                  ///< Without classification.
};

/// The models that can be used, and predictions with them that make no task. Each prediction that
/// runs holds networks of its own, so whoever calls bounds how many run at once. Thread-safe.
///
/// detect() and classify() run a network and set_default_model() writes to the database: they
/// block. The others answer from memory.
class Predictor {
 public:
  /// `catalog` and `models` must outlive it. The pictures of detect() are held to `limits`.
  Predictor(catalog::Catalog& catalog, ModelStore& models, const imaging::ImageLimits& limits);
  ~Predictor();
  Predictor(const Predictor&) = delete;
  Predictor& operator=(const Predictor&) = delete;

  /// Which models may be asked for.
  const catalog::Catalog& catalog() const { return catalog_; }

  /// The enabled models, by kind and id.
  std::vector<AvailableModel> models() const;
  /// Errors: not_found `model_not_found`.
  core::Result<AvailableModel> model(std::string_view name) const;
  /// The model that is taken from now on when a submission names none of its kind. Errors: those of
  /// Catalog::set_default.
  core::Result<AvailableModel> set_default_model(std::string_view name);

  /// Runs a detector on the bytes of a picture's file. `threshold`: in [0, 1]; nothing: the
  /// detector's default. Errors: not_found `model_not_found`, invalid_argument `wrong_model_kind`
  /// and `invalid_threshold`; those of imaging::inspect and imaging::decode; those of
  /// Detector::create and Detector::detect. May throw std::bad_alloc, as these do.
  core::Result<Detection> detect(std::string_view model, std::span<const std::byte> file,
                                 std::optional<double> threshold) const;

  /// Runs a classifier on the primitives at or above `threshold`, whose boxes are in pixels of
  /// `picture`. Errors: not_found `model_not_found`, invalid_argument `wrong_model_kind`; those of
  /// Classifier::create and Classifier::classify. May throw std::bad_alloc, as these do.
  core::Result<inference::SceneScores> classify(std::string_view model,
                                                std::span<const geometry::Primitive> primitives,
                                                geometry::ImageSize picture,
                                                double threshold = 0) const;

  /// As classify() by name, with the classifier that a task names, in that very version. Errors:
  /// conflict `model_unavailable`; those of Classifier::create and Classifier::classify.
  core::Result<inference::SceneScores> classify(const tasks::ModelReference& model,
                                                std::span<const geometry::Primitive> primitives,
                                                geometry::ImageSize picture,
                                                double threshold) const;

 private:
  core::Result<inference::SceneScores> run_classifier(
      const std::shared_ptr<const inference::Model>& model,
      std::span<const geometry::Primitive> primitives, geometry::ImageSize picture,
      double threshold) const;

  catalog::Catalog& catalog_;
  ModelStore& models_;
  const imaging::ImageLimits limits_;
  const std::unique_ptr<NetworkPool> networks_;
};

}  // namespace geond::pipeline
