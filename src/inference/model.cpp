#include "geond/inference/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <fstream>
#include <optional>
#include <utility>

#include "detection_decoding.hpp"
#include "network.hpp"
#include "primitive_features.hpp"
#include "sha256.hpp"

namespace geond::inference {
namespace {

constexpr std::uintmax_t kMaxModelFile = std::uintmax_t{1} << 30;

core::Error refused(std::string_view code, std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, code, std::move(detail));
}

/// A regular file's bytes; none where it is missing, unreadable or over a gigabyte.
std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error || size > kMaxModelFile) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!stream) return std::nullopt;
  return bytes;
}

std::string fingerprint(const std::vector<ModelFile>& files) {
  if (files.size() == 1) return files.front().sha256;
  std::string joined;
  for (const ModelFile& file : files) joined += file.sha256 + "\n";
  joined.pop_back();
  return sha256_hex(joined);
}

std::vector<int> shape_of(const cv::Mat& output) {
  return std::vector<int>(output.size.p, output.size.p + output.dims);
}

/// Runs a network on zeros. Faults of OpenCV here mean that the manifest and the network differ.
core::Result<std::vector<cv::Mat>> try_run(std::string_view onnx, const std::string& input_name,
                                           const std::vector<std::string>& output_names,
                                           std::span<const int> input_shape) {
  core::Result<Network> network = Network::load(onnx, input_name, output_names);
  if (!network) return network.error();
  try {
    const cv::Mat zeros(static_cast<int>(input_shape.size()), input_shape.data(), CV_32F,
                        cv::Scalar(0));
    core::Result<std::vector<cv::Mat>> outputs = network->run(zeros);
    if (!outputs) return refused(outputs.error().code(), outputs.error().detail());
    for (cv::Mat& output : *outputs) output = output.clone();  // the network goes away
    return outputs;
  } catch (const cv::Exception& fault) {
    return refused("model_not_loadable",
                   fmt::format("The network does not run with input \"{}\" ({}) and outputs {}: "
                               "{}. Compare the names and sizes in model.json with the ONNX file.",
                               input_name, fmt::join(input_shape, "x"),
                               fmt::join(output_names, ", "), fault.err));
  }
}

core::Error mismatch(std::string_view output, std::span<const int> is,
                     std::span<const int> should_be) {
  return refused("model_output_mismatch",
                 fmt::format("Output \"{}\" has the shape {}; its layout asks for {}.", output,
                             fmt::join(is, "x"), fmt::join(should_be, "x")));
}

core::Result<void> check_detection(const Manifest& manifest, const DetectionSpec& spec,
                                   const std::string& onnx) {
  const std::array input{1, 3, spec.input.height, spec.input.width};
  const auto outputs = try_run(onnx, spec.input_name, spec.output_names, input);
  if (!outputs) return outputs.error();
  for (std::size_t index = 0; index < outputs->size(); ++index) {
    const std::vector<int> wanted{1, static_cast<int>(manifest.classes.size()) + kBoxChannels,
                                  spec.input.height / spec.strides[index],
                                  spec.input.width / spec.strides[index]};
    const std::vector<int> shape = shape_of((*outputs)[index]);
    if (shape != wanted) return mismatch(spec.output_names[index], shape, wanted);
  }
  return core::ok();
}

core::Result<void> check_classification(const Manifest& manifest, const ClassificationSpec& spec,
                                        const std::vector<std::string>& networks) {
  const std::array input{1, static_cast<int>(spec.primitive_classes.size()) + kPlaceFeatures, 1,
                         spec.slots};
  const bool is_ensemble = spec.layout == ClassificationLayout::binary_ensemble;
  const std::array wanted{1, is_ensemble ? 1 : static_cast<int>(manifest.classes.size()) + 1};
  for (const std::string& onnx : networks) {
    const auto outputs = try_run(onnx, spec.input_name, {spec.output_name}, input);
    if (!outputs) return outputs.error();
    // Sides of 1 do not matter: 1x5, 1x5x1x1 and 5 are the same logits.
    if (outputs->front().total() != static_cast<std::size_t>(wanted[1])) {
      return mismatch(spec.output_name, shape_of(outputs->front()), wanted);
    }
  }
  return core::ok();
}

}  // namespace

core::Result<std::shared_ptr<const Model>> Model::load(const std::filesystem::path& folder) {
  const std::optional<std::string> text = read_file(folder / "model.json");
  if (!text) {
    return refused("manifest_missing",
                   fmt::format("There is no readable model.json in {}.", folder.string()));
  }
  core::Result<Manifest> manifest = parse_manifest(*text);
  if (!manifest) return manifest.error();

  const std::shared_ptr<Model> model(new Model);
  model->folder_ = folder;
  model->manifest_ = std::move(*manifest);
  for (const ModelFile& file : model->manifest_.files) {
    std::optional<std::string> bytes = read_file(folder / file.path);
    if (!bytes) {
      return refused("model_file_missing",
                     fmt::format("{} names {}, which is not there or cannot be read.",
                                 (folder / "model.json").string(), file.path));
    }
    if (const std::string actual = sha256_hex(*bytes); actual != file.sha256) {
      return refused("model_checksum_mismatch",
                     fmt::format("{} has the SHA-256 {}; model.json says {}. The file was changed "
                                 "or only partly copied.",
                                 (folder / file.path).string(), actual, file.sha256));
    }
    model->networks_.push_back(std::move(*bytes));
  }
  model->sha256_ = fingerprint(model->manifest_.files);

  core::Result<void> checked;
  if (const auto* detection = std::get_if<DetectionSpec>(&model->manifest_.spec)) {
    checked = check_detection(model->manifest_, *detection, model->networks_.front());
  } else {
    checked = check_classification(
        model->manifest_, std::get<ClassificationSpec>(model->manifest_.spec), model->networks_);
  }
  if (!checked) return checked.error();
  return std::shared_ptr<const Model>(model);
}

core::Result<void> check_compatible(const Model& detector, const Model& classifier) {
  const auto* spec = std::get_if<ClassificationSpec>(&classifier.manifest().spec);
  if (detector.kind() != ModelKind::detection || spec == nullptr) {
    return refused("model_kind_mismatch",
                   fmt::format("{} must be a detection model and {} a classification model.",
                               detector.name(), classifier.name()));
  }
  std::vector<std::string> vocabulary;
  for (const ClassLabel& label : detector.manifest().classes) vocabulary.push_back(label.name);
  if (vocabulary == spec->primitive_classes) return core::ok();
  return refused("vocabulary_mismatch",
                 fmt::format("Classifier {} was made for the primitives {}; detector {} finds {}.",
                             classifier.name(), fmt::join(spec->primitive_classes, ", "),
                             detector.name(), fmt::join(vocabulary, ", ")));
}

}  // namespace geond::inference
