#include "geond/inference/classifier.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "network.hpp"
#include "primitive_features.hpp"
#include "scene_rules.hpp"

namespace geond::inference {

class Classifier::Implementation {
 public:
  Implementation(std::shared_ptr<const Model> model, const ClassificationSpec& spec,
                 std::vector<Network> networks)
      : model_(std::move(model)), spec_(spec), networks_(std::move(networks)) {}

  const Model& model() const { return *model_; }

  core::Result<SceneScores> classify(std::span<const geometry::Primitive> primitives,
                                     geometry::ImageSize picture, double threshold) {
    const std::vector<geometry::Primitive> chosen =
        most_probable(primitives, threshold, static_cast<std::size_t>(spec_.slots));
    const core::Result<cv::Mat> input =
        primitive_features(chosen, picture, spec_.primitive_classes, spec_.slots);
    if (!input) return input.error();
    if (chosen.empty()) return SceneScores{};

    std::vector<double> logits;
    for (Network& network : networks_) {
      const auto outputs = network.run(*input);
      if (!outputs) return outputs.error();
      const auto* values = outputs->front().ptr<float>();
      logits.insert(logits.end(), values, values + outputs->front().total());
    }
    const std::vector<double> probabilities =
        spec_.layout == ClassificationLayout::softmax_with_none ? softmax(logits)
                                                                : ensemble_probabilities(logits);
    return name_scene(probabilities);
  }

 private:
  /// `probabilities`: of each file's output in the files' order, for softmax-with-none with "none
  /// of these" at the end.
  SceneScores name_scene(std::span<const double> probabilities) const {
    const std::vector<ClassLabel>& classes = model_->manifest().classes;
    SceneScores scores;
    for (std::size_t index = 0; index < classes.size(); ++index) {
      scores.scenes.emplace_back(classes[index].name, probabilities[output_of(index)]);
    }
    const auto best =
        std::max_element(scores.scenes.begin(), scores.scenes.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    const bool none_wins = spec_.layout == ClassificationLayout::softmax_with_none &&
                           probabilities.back() >= best->second;
    if (!none_wins && best->second >= spec_.min_probability) {
      scores.scene = best->first;
      scores.probability = best->second;
    }
    return scores;
  }

  /// Which output tells a class: an ensemble's files may stand in another order.
  std::size_t output_of(std::size_t class_index) const {
    if (spec_.layout == ClassificationLayout::softmax_with_none) return class_index;
    const Manifest& manifest = model_->manifest();
    const auto file =
        std::find_if(manifest.files.begin(), manifest.files.end(), [&](const ModelFile& candidate) {
          return candidate.class_name == manifest.classes[class_index].name;
        });
    return static_cast<std::size_t>(file - manifest.files.begin());
  }

  std::shared_ptr<const Model> model_;
  const ClassificationSpec& spec_;  // part of *model_
  std::vector<Network> networks_;
};

Classifier::Classifier(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Classifier::~Classifier() = default;
Classifier::Classifier(Classifier&&) noexcept = default;
Classifier& Classifier::operator=(Classifier&&) noexcept = default;

core::Result<Classifier> Classifier::create(std::shared_ptr<const Model> model) {
  const auto* spec = std::get_if<ClassificationSpec>(&model->manifest().spec);
  if (spec == nullptr) {
    return core::Error(core::ErrorKind::invalid_argument, "model_kind_mismatch",
                       "Model " + model->name() + " is not a classification model.");
  }
  std::vector<Network> networks;
  for (const std::string& onnx : model->networks()) {
    core::Result<Network> network = Network::load(onnx, spec->input_name, {spec->output_name});
    if (!network) return network.error();
    networks.push_back(std::move(*network));
  }
  return Classifier(std::make_unique<Implementation>(std::move(model), *spec, std::move(networks)));
}

const Model& Classifier::model() const {
  return implementation_->model();
}

core::Result<SceneScores> Classifier::classify(std::span<const geometry::Primitive> primitives,
                                               geometry::ImageSize picture, double threshold) {
  return implementation_->classify(primitives, picture, threshold);
}

}  // namespace geond::inference
