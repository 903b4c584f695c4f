// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "geond/core/result.hpp"
#include "geond/inference/classifier.hpp"
#include "geond/inference/detector.hpp"
#include "geond/inference/model.hpp"

namespace geond::pipeline {

/// One thread's networks, made when a model is first used: a cv::dnn::Net is never shared between
/// threads.
class NetworkCache {
 public:
  /// The thread's detector for the model. Errors: those of Detector::create.
  core::Result<inference::Detector*> detector(
      const std::shared_ptr<const inference::Model>& model) {
    return find_or_make<inference::Detector>(detectors_, model);
  }

  /// The thread's classifier for the model. Errors: those of Classifier::create.
  core::Result<inference::Classifier*> classifier(
      const std::shared_ptr<const inference::Model>& model) {
    return find_or_make<inference::Classifier>(classifiers_, model);
  }

 private:
  template <class Network>
  static core::Result<Network*> find_or_make(
      std::unordered_map<std::string, std::unique_ptr<Network>>& networks,
      const std::shared_ptr<const inference::Model>& model) {
    auto& slot = networks[model->name()];
    if (!slot) {
      auto made = Network::create(model);
      if (!made) return made.error();
      slot = std::make_unique<Network>(std::move(*made));
    }
    return slot.get();
  }

  std::unordered_map<std::string, std::unique_ptr<inference::Detector>> detectors_;
  std::unordered_map<std::string, std::unique_ptr<inference::Classifier>> classifiers_;
};

}  // namespace geond::pipeline
