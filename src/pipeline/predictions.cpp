// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <utility>

#include "pipeline_state.hpp"
#include "stages.hpp"

namespace geond::pipeline {
namespace {

void ignore_stage(std::string_view) {}

}  // namespace

const inference::DetectionSpec& detection_of(const inference::Model& model) {
  return std::get<inference::DetectionSpec>(model.manifest().spec);
}

core::Result<void> check_threshold(double threshold) {
  if (threshold >= 0 && threshold <= 1) return core::ok();
  return core::Error(core::ErrorKind::invalid_argument, "invalid_threshold",
                     "The threshold is a probability: 0 to 1.")
      .with_field("threshold", "must be 0 to 1");
}

std::vector<AvailableModel> Pipeline::models() const {
  std::vector<AvailableModel> models;
  for (const catalog::Model& record : state_->parts.catalog.list()) {
    models.push_back(state_->models->describe(record));
  }
  return models;
}

core::Result<AvailableModel> Pipeline::model(std::string_view name) const {
  const auto record = state_->parts.catalog.find(name);
  if (!record) return record.error();
  return state_->models->describe(*record);
}

core::Result<AvailableModel> Pipeline::set_default_model(std::string_view name) {
  const auto record = state_->parts.catalog.set_default(name);
  if (!record) return record.error();
  return state_->models->describe(*record);
}

const catalog::Catalog& Pipeline::catalog() const {
  return state_->parts.catalog;
}

core::Result<Detection> Pipeline::detect(std::string_view model, std::span<const std::byte> file,
                                         std::optional<double> threshold) const {
  const auto network_model = state_->models->find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != core::ModelKind::detection) {
    return core::Error(core::ErrorKind::invalid_argument, "wrong_model_kind",
                       fmt::format("{} is not a detection model.", model));
  }
  Detection detection;
  detection.threshold = threshold.value_or(detection_of(**network_model).default_threshold);
  if (auto checked = check_threshold(detection.threshold); !checked) {
    return checked.error();
  }
  const auto image = imaging::inspect(file, state_->config.limits);
  if (!image) return image.error();
  detection.image = *image;
  const auto networks = state_->predictions.borrow();
  const auto detector = networks->detector(*network_model);
  if (!detector) return detector.error();
  auto result = decode_and_detect(file, **detector, state_->config.limits, ignore_stage);
  if (!result) return result.error();
  state_->models->record_run((*network_model)->name(), result->seconds.detect);
  detection.candidates = std::move(result->outcome.candidates);
  detection.seconds = result->seconds;
  return detection;
}

core::Result<inference::SceneScores> Pipeline::classify(
    std::string_view model, std::span<const geometry::Primitive> primitives,
    geometry::ImageSize picture, double threshold) const {
  const auto network_model = state_->models->find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != core::ModelKind::classification) {
    return core::Error(core::ErrorKind::invalid_argument, "wrong_model_kind",
                       fmt::format("{} is not a classification model.", model));
  }
  const auto networks = state_->predictions.borrow();
  const auto classifier = networks->classifier(*network_model);
  if (!classifier) return classifier.error();
  StopWatch watch;
  auto scores = (*classifier)->classify(primitives, picture, threshold);
  if (scores) state_->models->record_run((*network_model)->name(), watch.lap());
  return scores;
}

}  // namespace geond::pipeline
