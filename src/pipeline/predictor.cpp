// SPDX-License-Identifier: MIT
#include "geond/pipeline/predictor.hpp"

#include <fmt/format.h>

#include <utility>

#include "model_store.hpp"
#include "network_pool.hpp"
#include "stages.hpp"
#include "threshold.hpp"

namespace geond::pipeline {
namespace {

void ignore_stage(std::string_view) {}

core::Error wrong_model_kind(std::string_view model, std::string_view wanted) {
  return core::Error(core::ErrorKind::invalid_argument, "wrong_model_kind",
                     fmt::format("{} is not a {} model.", model, wanted));
}

}  // namespace

Predictor::Predictor(catalog::Catalog& catalog, ModelStore& models,
                     const imaging::ImageLimits& limits)
    : catalog_(catalog),
      models_(models),
      limits_(limits),
      networks_(std::make_unique<NetworkPool>()) {}

Predictor::~Predictor() = default;

std::vector<AvailableModel> Predictor::models() const {
  std::vector<AvailableModel> models;
  for (const catalog::Model& record : catalog_.list()) models.push_back(models_.describe(record));
  return models;
}

core::Result<AvailableModel> Predictor::model(std::string_view name) const {
  const auto record = catalog_.find(name);
  if (!record) return record.error();
  return models_.describe(*record);
}

core::Result<AvailableModel> Predictor::set_default_model(std::string_view name) {
  const auto record = catalog_.set_default(name);
  if (!record) return record.error();
  return models_.describe(*record);
}

core::Result<Detection> Predictor::detect(std::string_view model, std::span<const std::byte> file,
                                          std::optional<double> threshold) const {
  const auto network_model = models_.find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != core::ModelKind::detection) {
    return wrong_model_kind(model, "detection");
  }
  Detection detection;
  detection.threshold = threshold.value_or(detection_of(**network_model).default_threshold);
  if (auto checked = check_threshold(detection.threshold); !checked) return checked.error();
  const auto image = imaging::inspect(file, limits_);
  if (!image) return image.error();
  detection.image = *image;
  const auto networks = networks_->borrow();
  const auto detector = networks->detector(*network_model);
  if (!detector) return detector.error();
  auto result = decode_and_detect(file, **detector, limits_, ignore_stage);
  if (!result) return result.error();
  models_.record_run((*network_model)->name(), result->seconds.detect);
  detection.candidates = std::move(result->outcome.candidates);
  detection.seconds = result->seconds;
  return detection;
}

core::Result<inference::SceneScores> Predictor::classify(
    std::string_view model, std::span<const geometry::Primitive> primitives,
    geometry::ImageSize picture, double threshold) const {
  const auto network_model = models_.find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != core::ModelKind::classification) {
    return wrong_model_kind(model, "classification");
  }
  return run_classifier(*network_model, primitives, picture, threshold);
}

core::Result<inference::SceneScores> Predictor::classify(
    const tasks::ModelReference& model, std::span<const geometry::Primitive> primitives,
    geometry::ImageSize picture, double threshold) const {
  const auto network_model = models_.find(model);
  if (!network_model) return network_model.error();
  return run_classifier(*network_model, primitives, picture, threshold);
}

core::Result<inference::SceneScores> Predictor::run_classifier(
    const std::shared_ptr<const inference::Model>& model,
    std::span<const geometry::Primitive> primitives, geometry::ImageSize picture,
    double threshold) const {
  const auto networks = networks_->borrow();
  const auto classifier = networks->classifier(model);
  if (!classifier) return classifier.error();
  StopWatch watch;
  auto scores = (*classifier)->classify(primitives, picture, threshold);
  if (scores) models_.record_run(model->name(), watch.lap());
  return scores;
}

}  // namespace geond::pipeline
