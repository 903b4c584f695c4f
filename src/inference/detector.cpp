// SPDX-License-Identifier: MIT
#include "geond/inference/detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core/mat.hpp>

#include "letterbox.hpp"
#include "network.hpp"
#include "output_shapes.hpp"
#include "rotated_decoder.hpp"

namespace geond::inference {
namespace {

/// Whose box has no direction: a ball looks the same however it is turned.
constexpr std::string_view kUprightClass = "sphere";

RotatedLayout layout_of(const Manifest& manifest, const DetectionSpec& spec) {
  RotatedLayout layout;
  layout.classes = manifest.classes.size();
  const auto upright = std::ranges::find(manifest.classes, kUprightClass, &ClassLabel::name);
  layout.upright_class = static_cast<std::size_t>(upright - manifest.classes.begin());
  layout.threshold = spec.candidates_threshold;
  return layout;
}

/// `outputs`: of the layout's shapes.
std::vector<RotatedMap> maps_of(const std::vector<cv::Mat>& outputs, const DetectionSpec& spec) {
  std::vector<RotatedMap> maps;
  for (std::size_t index = 0; index < outputs.size(); ++index) {
    const cv::Mat& output = outputs[index];
    maps.push_back({{output.ptr<float>(), output.total()},
                    output.size[2],
                    output.size[3],
                    spec.strides[index]});
  }
  return maps;
}

}  // namespace

class Detector::Implementation {
 public:
  Implementation(std::shared_ptr<const Model> model, Network network)
      : model_(std::move(model)),
        spec_(std::get<DetectionSpec>(model_->manifest().spec)),
        layout_(layout_of(model_->manifest(), spec_)),
        network_(std::move(network)) {}

  const Model& model() const { return *model_; }
  const DetectionSpec& spec() const { return spec_; }

  core::Result<std::vector<geometry::Primitive>> detect(const cv::Mat& bgr,
                                                        geometry::ImageSize upright) {
    const geometry::ImageSize frame = inference::frame_for(upright, spec_);
    const Letterbox letterbox = Letterbox::fit(upright, frame);
    const cv::Mat input = make_input(bgr, letterbox, frame, spec_);
    const core::Result<std::vector<cv::Mat>> outputs =
        network_.run(input, spec_.input_name, spec_.output_names);
    if (!outputs) return outputs.error();
    if (auto wrong = wrong_shape(*outputs, model_->manifest(), spec_, frame)) {
      return core::Error{core::ErrorKind::internal, "model_output_invalid", *std::move(wrong)};
    }
    const std::vector<Candidate> found = decode_rotated(maps_of(*outputs, spec_), layout_);
    std::vector<geometry::Primitive> primitives;
    for (const Candidate& kept : suppress(found, spec_.nms_iou, kMaxPrimitives)) {
      primitives.push_back({model_->manifest().classes[kept.class_index].name, kept.probability,
                            letterbox.to_picture(kept.box)});
    }
    return primitives;
  }

 private:
  std::shared_ptr<const Model> model_;
  const DetectionSpec& spec_;  // Part of *model_.
  RotatedLayout layout_;
  Network network_;
};

core::Result<Detector> Detector::create(std::shared_ptr<const Model> model) {
  if (model->kind() != core::ModelKind::detection) {
    return core::Error{core::ErrorKind::invalid_argument, "model_kind_mismatch",
                       fmt::format("The model {} is no detector.", model->name())};
  }
  core::Result<Network> network = Network::load(model->networks().front(), model->name());
  if (!network) return network.error();
  return Detector(std::make_unique<Implementation>(std::move(model), std::move(*network)));
}

Detector::Detector(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

const Model& Detector::model() const {
  return implementation_->model();
}

geometry::ImageSize Detector::frame_for(geometry::ImageSize upright) const {
  return inference::frame_for(upright, implementation_->spec());
}

core::Result<std::vector<geometry::Primitive>> Detector::detect(const cv::Mat& bgr,
                                                                geometry::ImageSize upright) {
  return implementation_->detect(bgr, upright);
}

}  // namespace geond::inference
