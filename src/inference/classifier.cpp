// SPDX-License-Identifier: MIT
#include "geond/inference/classifier.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "class_scores.hpp"
#include "network.hpp"
#include "output_shapes.hpp"
#include "scene_features.hpp"

namespace geond::inference {

class Classifier::Implementation {
 public:
  Implementation(std::shared_ptr<const Model> model, std::vector<Network> networks)
      : model_(std::move(model)),
        spec_(std::get<ClassificationSpec>(model_->manifest().spec)),
        networks_(std::move(networks)) {}

  const Model& model() const { return *model_; }

  core::Result<SceneScores> classify(std::span<const geometry::Primitive> primitives,
                                     geometry::ImageSize picture, double threshold) {
    if (auto checked = check_primitives(primitives, picture, spec_); !checked) {
      return checked.error();
    }
    const cv::Mat features = make_features(primitives, picture, threshold, spec_);
    if (features.empty()) return SceneScores{};
    const core::Result<std::vector<float>> logits = run(features);
    if (!logits) return logits.error();
    const std::vector<ClassLabel>& classes = model_->manifest().classes;
    return spec_.layout == ClassificationLayout::softmax_with_none
               ? scores_of_softmax(*logits, classes, spec_.min_probability)
               : scores_of_ensemble(*logits, classes, spec_);
  }

 private:
  /// The logits of all networks, one after the other.
  core::Result<std::vector<float>> run(const cv::Mat& features) {
    std::vector<float> logits;
    for (Network& network : networks_) {
      const core::Result<std::vector<cv::Mat>> outputs =
          network.run(features, spec_.input_name, {spec_.output_name});
      if (!outputs) return outputs.error();
      const cv::Mat& output = outputs->front();
      if (auto wrong = wrong_shape(output, model_->manifest(), spec_)) {
        return core::Error{core::ErrorKind::internal, "model_output_invalid", *std::move(wrong)};
      }
      logits.insert(logits.end(), output.ptr<float>(), output.ptr<float>() + output.total());
    }
    return logits;
  }

  std::shared_ptr<const Model> model_;
  const ClassificationSpec& spec_;  // Part of *model_.
  std::vector<Network> networks_;   // In the order of the classes where there are several.
};

namespace {

/// Where the network of a class stands among the files; an ensemble's files may have any order.
std::size_t file_of(const Manifest& manifest, const ClassLabel& label) {
  const auto found = std::ranges::find(manifest.files, label.name, &ModelFile::class_name);
  return static_cast<std::size_t>(found - manifest.files.begin());
}

core::Result<std::vector<Network>> load_networks(const Model& model) {
  const Manifest& manifest = model.manifest();
  std::vector<std::size_t> order = {0};
  if (std::get<ClassificationSpec>(manifest.spec).layout == ClassificationLayout::binary_ensemble) {
    order.clear();
    for (const ClassLabel& label : manifest.classes) order.push_back(file_of(manifest, label));
  }
  std::vector<Network> networks;
  for (const std::size_t index : order) {
    core::Result<Network> network = Network::load(
        model.networks()[index], fmt::format("{} ({})", manifest.name, manifest.files[index].path));
    if (!network) return network.error();
    networks.push_back(std::move(*network));
  }
  return networks;
}

}  // namespace

core::Result<Classifier> Classifier::create(std::shared_ptr<const Model> model) {
  if (model->kind() != core::ModelKind::classification) {
    return core::Error{core::ErrorKind::invalid_argument, "model_kind_mismatch",
                       fmt::format("The model {} is no scene classifier.", model->name())};
  }
  core::Result<std::vector<Network>> networks = load_networks(*model);
  if (!networks) return networks.error();
  return Classifier(std::make_unique<Implementation>(std::move(model), std::move(*networks)));
}

Classifier::Classifier(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Classifier::~Classifier() = default;
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;

const Model& Classifier::model() const {
  return implementation_->model();
}

core::Result<SceneScores> Classifier::classify(std::span<const geometry::Primitive> primitives,
                                               geometry::ImageSize picture, double threshold) {
  return implementation_->classify(primitives, picture, threshold);
}

}  // namespace geond::inference
