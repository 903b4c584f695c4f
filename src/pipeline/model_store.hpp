// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "geond/catalog/catalog.hpp"
#include "geond/core/result.hpp"
#include "geond/inference/model.hpp"
#include "geond/pipeline/pipeline.hpp"

namespace geond::pipeline {

/// The models that are loaded, joined with what the catalog says of them. Thread-safe.
class ModelStore {
 public:
  /// Registers the models, the defaults first, so that on a new database they get the first ids.
  /// Errors: invalid_argument `no_models`, and the catalog's.
  static core::Result<std::unique_ptr<ModelStore>> create(
      catalog::Catalog& catalog, std::vector<std::shared_ptr<const inference::Model>> models);

  /// The network of an enabled model. Errors: not_found `model_not_found`.
  core::Result<std::shared_ptr<const inference::Model>> find(std::string_view name) const;

  /// The model that a task was made for, in the version it was made for. Errors: conflict
  /// `model_unavailable`.
  core::Result<std::shared_ptr<const inference::Model>> find(
      const tasks::ModelReference& reference) const;

  AvailableModel describe(const catalog::Model& record) const;

  /// Who is told of each run. Set before the first.
  void observe(std::function<void(std::string_view model, double seconds)> observer) {
    observer_ = std::move(observer);
  }

  /// A network of the model ran for so long.
  void record_run(const std::string& name, double seconds);

 private:
  explicit ModelStore(std::map<std::string, std::shared_ptr<const inference::Model>> models)
      : models_(std::move(models)) {}

  const std::map<std::string, std::shared_ptr<const inference::Model>> models_;
  std::function<void(std::string_view, double)> observer_;
  mutable std::mutex mutex_;
  std::map<std::string, double> average_seconds_;  // guarded by mutex_
};

}  // namespace geond::pipeline
