#include "geond/inference/detector.hpp"

#include <algorithm>
#include <utility>

#include "detection_decoding.hpp"
#include "letterbox.hpp"
#include "network.hpp"

namespace geond::inference {

class Detector::Implementation {
 public:
  Implementation(std::shared_ptr<const Model> model, const DetectionSpec& spec, Network network)
      : model_(std::move(model)), spec_(spec), network_(std::move(network)), writer_(spec) {
    const std::vector<ClassLabel>& classes = model_->manifest().classes;
    rules_.class_count = static_cast<int>(classes.size());
    rules_.threshold = spec.candidates_threshold;
    const auto sphere = std::find_if(classes.begin(), classes.end(), [](const ClassLabel& label) {
      return label.name == "sphere";
    });
    if (sphere != classes.end()) {
      rules_.sphere_index = static_cast<int>(sphere - classes.begin());
    }
  }

  const Model& model() const { return *model_; }
  geometry::ImageSize input_size() const { return spec_.input; }

  core::Result<std::vector<geometry::Primitive>> detect(const cv::Mat& bgr,
                                                        geometry::ImageSize upright) {
    const Letterbox letterbox = Letterbox::fit(upright, spec_.input);
    const auto maps = network_.run(writer_.write(bgr, letterbox));
    if (!maps) return maps.error();
    const std::vector<Candidate> found =
        suppress(decode_candidates(*maps, spec_.strides, rules_), spec_.nms_iou, kMaxPrimitives);
    std::vector<geometry::Primitive> primitives;
    primitives.reserve(found.size());
    for (const Candidate& candidate : found) {
      const auto index = static_cast<std::size_t>(candidate.class_index);
      primitives.push_back({model_->manifest().classes[index].name, candidate.probability,
                            letterbox.to_picture(candidate.box)});
    }
    return primitives;
  }

 private:
  std::shared_ptr<const Model> model_;
  const DetectionSpec& spec_;  // part of *model_
  Network network_;
  InputWriter writer_;
  DecodingRules rules_;
};

Detector::Detector(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

core::Result<Detector> Detector::create(std::shared_ptr<const Model> model) {
  const auto* spec = std::get_if<DetectionSpec>(&model->manifest().spec);
  if (spec == nullptr) {
    return core::Error(core::ErrorKind::invalid_argument, "model_kind_mismatch",
                       "Model " + model->name() + " is not a detection model.");
  }
  core::Result<Network> network =
      Network::load(model->networks().front(), spec->input_name, spec->output_names);
  if (!network) return network.error();
  return Detector(std::make_unique<Implementation>(std::move(model), *spec, std::move(*network)));
}

const Model& Detector::model() const {
  return implementation_->model();
}

geometry::ImageSize Detector::input_size() const {
  return implementation_->input_size();
}

core::Result<std::vector<geometry::Primitive>> Detector::detect(const cv::Mat& bgr,
                                                                geometry::ImageSize upright) {
  return implementation_->detect(bgr, upright);
}

}  // namespace geond::inference
