// SPDX-License-Identifier: MIT
#include "geond/inference/model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <new>
#include <opencv2/core.hpp>
#include <optional>

#include "geond/core/error_codes.hpp"
#include "geond/core/sha256.hpp"
#include "geond/core/small_file.hpp"
#include "letterbox.hpp"
#include "network.hpp"
#include "output_shapes.hpp"
#include "scene_features.hpp"

namespace geond::inference {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifestName = "model.json";
/// Protocol buffers, and so ONNX, end at 2 GiB.
constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{2} << 30U;

core::Error model_error(std::string_view code, std::string detail) {
  return core::Error{core::ErrorKind::invalid_argument, code, std::move(detail)};
}

std::optional<std::string> read_file(const fs::path& path) {
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  if (failed || size > kMaxFileBytes) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return std::nullopt;
  return bytes;
}

core::Result<std::vector<std::string>> read_networks(const fs::path& folder,
                                                     const std::vector<ModelFile>& files) {
  std::vector<std::string> networks;
  for (const ModelFile& file : files) {
    std::optional<std::string> bytes = read_file(folder / file.path);
    if (!bytes) {
      return model_error("model_file_missing",
                         fmt::format("{} names `{}`, which is not there or cannot be read.",
                                     (folder / kManifestName).string(), file.path));
    }
    const std::string actual = core::to_hex(core::sha256(*bytes));
    if (actual != file.sha256) {
      return model_error(
          "model_checksum_mismatch",
          fmt::format("{} has the SHA-256 {}, but its manifest says {}. Copy the model anew.",
                      (folder / file.path).string(), actual, file.sha256));
    }
    networks.push_back(std::move(*bytes));
  }
  return networks;
}

std::string fingerprint(const std::vector<ModelFile>& files) {
  if (files.size() == 1) return files.front().sha256;
  std::string joined;
  for (const ModelFile& file : files) {
    if (!joined.empty()) joined += '\n';
    joined += file.sha256;
  }
  return core::to_hex(core::sha256(joined));
}

cv::Mat zeros(int channels, int rows, int columns) {
  const std::array<int, 4> shape = {1, channels, rows, columns};
  return {4, shape.data(), CV_32F, cv::Scalar(0)};
}

/// That the network takes that input and gives the layout's outputs.
core::Result<void> check_shapes(Network& network, const Manifest& manifest,
                                const DetectionSpec& spec, geometry::ImageSize input) {
  const core::Result<std::vector<cv::Mat>> outputs =
      network.try_run(zeros(3, input.height, input.width), spec.input_name, spec.output_names);
  if (!outputs) return outputs.error();
  if (auto wrong = wrong_shape(*outputs, manifest, spec, input)) {
    return model_error("model_output_mismatch", *std::move(wrong));
  }
  return core::ok();
}

core::Result<void> check_detection(Network& network, const Manifest& manifest,
                                   const DetectionSpec& spec) {
  if (spec.follows_picture) {
    // A frame that is not the input's: a network that is tied to one shape shows it here. No proof
    // for all others, whose outputs are looked at when they come; a small one costs the start
    // nothing.
    const int cell = frame_cell(spec);
    const geometry::ImageSize lying{2 * cell, cell}, standing{cell, 2 * cell};
    const auto other =
        check_shapes(network, manifest, spec, spec.input == lying ? standing : lying);
    if (!other) return other;
  }
  return check_shapes(network, manifest, spec, spec.input);
}

core::Result<void> check_classification(Network& network, const Manifest& manifest,
                                        const ClassificationSpec& spec) {
  const int channels = static_cast<int>(spec.primitive_classes.size() + kSlotFeatures);
  const core::Result<std::vector<cv::Mat>> outputs =
      network.try_run(zeros(channels, 1, spec.slots), spec.input_name, {spec.output_name});
  if (!outputs) return outputs.error();
  if (auto wrong = wrong_shape(outputs->front(), manifest, spec)) {
    return model_error("model_output_mismatch", *std::move(wrong));
  }
  return core::ok();
}

core::Result<void> check_networks(const Manifest& manifest,
                                  const std::vector<std::string>& networks) {
  for (std::size_t index = 0; index < networks.size(); ++index) {
    core::Result<Network> network = Network::load(
        networks[index], fmt::format("{} ({})", manifest.name, manifest.files[index].path));
    if (!network) return network.error();
    const auto* detection = std::get_if<DetectionSpec>(&manifest.spec);
    core::Result<void> checked =
        detection != nullptr
            ? check_detection(*network, manifest, *detection)
            : check_classification(*network, manifest, std::get<ClassificationSpec>(manifest.spec));
    if (!checked) return checked;
  }
  return core::ok();
}

core::Error unreadable(const fs::path& directory, const std::error_code& why) {
  return core::Error{core::ErrorKind::internal, "models_unreadable",
                     fmt::format("The folder of models {} cannot be read: {}.", directory.string(),
                                 why.message())};
}

/// Whether an entry of a folder of models is a model, or may be one for all that can be seen: of a
/// folder that cannot be entered, and of a link that leads nowhere, Model::load says so.
bool may_be_model(const fs::path& folder) {
  std::error_code unknown;
  const fs::file_status manifest = fs::symlink_status(folder / kManifestName, unknown);
  if (manifest.type() != fs::file_type::not_found) return true;
  return fs::is_symlink(folder, unknown) && !fs::exists(folder, unknown);
}

core::Result<std::vector<fs::path>> model_folders(const fs::path& directory) {
  std::vector<fs::path> folders;
  std::error_code failed;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (may_be_model(entry->path())) folders.push_back(entry->path());
  }
  if (failed) return unreadable(directory, failed);
  std::ranges::sort(folders);
  return folders;
}

/// OpenCV throws cv::Exception itself if this returns.
int on_opencv_error(int status, const char* /*function*/, const char* /*message*/,
                    const char* /*file*/, int /*line*/, void* /*user*/) {
  if (status == cv::Error::StsNoMem) throw std::bad_alloc();
  return 0;
}

}  // namespace

core::Result<std::shared_ptr<const Model>> Model::load(const fs::path& folder) {
  try {
    return load_checked(folder);
  } catch (const std::bad_alloc&) {
    return core::Error(core::ErrorKind::unavailable, core::codes::kOutOfMemory,
                       fmt::format("The model in {} asks for more memory than there is, or the "
                                   "machine has none left.",
                                   folder.string()));
  }
}

core::Result<std::shared_ptr<const Model>> Model::load_checked(const fs::path& folder) {
  const core::Result<std::string> text = core::read_small_file(folder / kManifestName);
  if (!text) return model_error("manifest_missing", text.error().detail());
  core::Result<Manifest> manifest = parse_manifest(*text);
  if (!manifest) return manifest.error();
  core::Result<std::vector<std::string>> networks = read_networks(folder, manifest->files);
  if (!networks) return networks.error();
  if (auto checked = check_networks(*manifest, *networks); !checked) return checked.error();

  std::shared_ptr<Model> model(new Model);
  model->sha256_ = fingerprint(manifest->files);
  model->manifest_ = std::move(*manifest);
  model->folder_ = folder;
  model->networks_ = std::move(*networks);
  return std::shared_ptr<const Model>(std::move(model));
}

core::Result<void> check_compatible(const Model& detector, const Model& classifier) {
  if (detector.kind() != core::ModelKind::detection ||
      classifier.kind() != core::ModelKind::classification) {
    return model_error("model_kind_mismatch",
                       fmt::format("{} and {} are not a detector and a classifier.",
                                   detector.name(), classifier.name()));
  }
  std::vector<std::string> finds;
  for (const ClassLabel& label : detector.manifest().classes) finds.push_back(label.name);
  const auto& knows = std::get<ClassificationSpec>(classifier.manifest().spec).primitive_classes;
  if (finds == knows) return core::ok();
  return model_error("vocabulary_mismatch",
                     fmt::format("The detector {} finds {}, but the classifier {} was made for {}.",
                                 detector.name(), fmt::join(finds, ", "), classifier.name(),
                                 fmt::join(knows, ", ")));
}

core::Result<LoadedModels> load_models(const fs::path& directory) {
  std::error_code failed;
  const fs::file_status status = fs::status(directory, failed);
  if (status.type() == fs::file_type::none) return unreadable(directory, failed);
  if (status.type() != fs::file_type::directory) {
    return core::Error{core::ErrorKind::not_found, "models_missing",
                       fmt::format("{} is no directory of models.", directory.string())};
  }
  const core::Result<std::vector<fs::path>> folders = model_folders(directory);
  if (!folders) return folders.error();
  LoadedModels loaded;
  for (const fs::path& folder : *folders) {
    core::Result<std::shared_ptr<const Model>> model = Model::load(folder);
    if (!model) {
      loaded.failures.push_back({folder, model.error()});
      continue;
    }
    const auto taken = std::ranges::find_if(
        loaded.models, [&](const auto& other) { return other->name() == (*model)->name(); });
    if (taken == loaded.models.end()) {
      loaded.models.push_back(*model);
      continue;
    }
    loaded.failures.push_back(
        {folder, model_error("model_name_taken",
                             fmt::format("The name {} belongs to the model in {}.",
                                         (*model)->name(), (*taken)->folder().string()))});
  }
  std::ranges::sort(loaded.models, {}, [](const auto& model) { return model->name(); });
  return loaded;
}

void prepare_opencv(int threads_per_network) {
  cv::setNumThreads(threads_per_network);
  cv::redirectError(on_opencv_error);
}

std::string opencv_version() {
  return cv::getVersionString();
}

}  // namespace geond::inference
