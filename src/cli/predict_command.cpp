// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "command.hpp"
#include "geond/app/config.hpp"
#include "geond/imaging/decode.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "geond/imaging/overlay.hpp"
#include "geond/inference/classifier.hpp"
#include "geond/inference/detector.hpp"
#include "geond/inference/model.hpp"
#include "picture_files.hpp"
#include "progress.hpp"
#include "result_text.hpp"
#include "terminal.hpp"
#include "threshold_option.hpp"
#include "without_exceptions.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;

struct PredictOptions {
  std::vector<std::string> inputs;
  std::string models;
  std::string detector;
  std::string classifier;
  std::string overlay;
  std::optional<double> threshold;
  bool as_json = false;
  int jobs = 0;
};

/// A pair of models that work together.
struct ModelPair {
  std::shared_ptr<const inference::Model> detector;
  std::shared_ptr<const inference::Model> classifier;
};

/// The model of that name, or the default of its kind.
core::Result<std::shared_ptr<const inference::Model>> choose(const inference::LoadedModels& loaded,
                                                             core::ModelKind kind,
                                                             const std::string& name) {
  std::shared_ptr<const inference::Model> chosen;
  for (const auto& model : loaded.models) {
    if (model->kind() != kind) continue;
    if (name.empty() ? model->manifest().is_default : model->name() == name) return model;
    if (name.empty() && !chosen) chosen = model;
  }
  if (chosen) return chosen;
  return core::Error(core::ErrorKind::invalid_argument, "unknown_model",
                     name.empty()
                         ? fmt::format("There is no {} model.", core::to_string(kind))
                         : fmt::format("There is no {} model '{}': geond models list names them.",
                                       core::to_string(kind), name));
}

core::Result<ModelPair> load_pair(const PredictOptions& options) {
  const auto directory = app::find_models_directory(options.models);
  if (!directory) return directory.error();
  const auto loaded = inference::load_models(*directory);
  if (!loaded) return loaded.error();
  if (!loaded->failures.empty()) {
    const auto& failure = loaded->failures.front();
    return core::Error(failure.error.kind(), failure.error.code(),
                       fmt::format("{}: {}", failure.folder.string(), failure.error.detail()));
  }
  auto detector = choose(*loaded, core::ModelKind::detection, options.detector);
  if (!detector) return detector.error();
  auto classifier = choose(*loaded, core::ModelKind::classification, options.classifier);
  if (!classifier) return classifier.error();
  if (auto fits = inference::check_compatible(**detector, **classifier); !fits) {
    return fits.error();
  }
  return ModelPair{std::move(*detector), std::move(*classifier)};
}

/// One prediction for one file. Owns networks: one a thread.
class Predictor {
 public:
  static core::Result<Predictor> create(const ModelPair& models, double threshold) {
    auto detector = inference::Detector::create(models.detector);
    if (!detector) return detector.error();
    auto classifier = inference::Classifier::create(models.classifier);
    if (!classifier) return classifier.error();
    return Predictor(std::move(*detector), std::move(*classifier), threshold);
  }

  core::Result<PictureResult> predict(std::span<const std::byte> bytes) {
    const auto frame_for = std::bind_front(&inference::Detector::frame_for, &detector_);
    const auto image = imaging::decode_to_fit(bytes, frame_for);
    if (!image) return image.error();
    auto candidates = detector_.detect(image->pixels, image->upright);
    if (!candidates) return candidates.error();
    auto scene = classifier_.classify(*candidates, image->upright, threshold_);
    if (!scene) return scene.error();
    std::erase_if(*candidates,
                  [this](const auto& candidate) { return candidate.probability < threshold_; });
    return PictureResult{image->upright, threshold_, std::move(*scene), std::move(*candidates)};
  }

 private:
  Predictor(inference::Detector detector, inference::Classifier classifier, double threshold)
      : detector_(std::move(detector)), classifier_(std::move(classifier)), threshold_(threshold) {}

  inference::Detector detector_;
  inference::Classifier classifier_;
  double threshold_;
};

constexpr std::string_view kOverlayEnding = ".overlay.jpg";

/// A path that two names of one file share.
fs::path plain(const fs::path& path) {
  std::error_code error;
  fs::path canonical = fs::weakly_canonical(path, error);
  return error ? path : canonical;
}

/// Leaves out the overlays that an earlier call put into the folder for them, where that is
/// searched as well; a file that is named in the call stays.
void leave_out_overlays(std::vector<fs::path>& files, const PredictOptions& options) {
  const fs::path overlays = plain(options.overlay);
  std::erase_if(files, [&](const fs::path& file) {
    return file.filename().string().ends_with(kOverlayEnding) &&
           plain(file).parent_path() == overlays &&
           std::ranges::find(options.inputs, file.string()) == options.inputs.end();
  });
}

/// `room.jpg` becomes `room.overlay.jpg` in the folder; where several files want a name, the later
/// ones get a number with it, one that no other has. No file of the call is written over. None
/// without a folder.
std::vector<fs::path> overlay_paths(const fs::path& folder, const std::vector<fs::path>& files) {
  std::vector<fs::path> paths;
  if (folder.empty()) return paths;
  std::set<fs::path> taken;
  for (const fs::path& file : files) taken.insert(plain(file));
  std::map<std::string, int> numbers;
  for (const fs::path& file : files) {
    const std::string stem = file.stem().string();
    const auto target = [&](const std::string& name) {
      return folder / (name + std::string(kOverlayEnding));
    };
    fs::path path = target(stem);
    while (!taken.insert(plain(path)).second) {
      path = target(fmt::format("{}-{}", stem, ++numbers[stem]));
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

/// Works through the files on a few threads; results are printed in the order of the files.
class Prediction {
 public:
  Prediction(const PredictOptions& options, ModelPair models, std::vector<fs::path> files)
      : options_(options),
        models_(std::move(models)),
        files_(std::move(files)),
        overlays_(overlay_paths(options.overlay, files_)),
        threshold_(options.threshold.value_or(
            std::get<inference::DetectionSpec>(models_.detector->manifest().spec)
                .default_threshold)),
        progress_(files_.size()) {}

  /// The exit status.
  int run() {
    {
      std::vector<std::jthread> workers;
      workers.reserve(job_count());
      for (std::size_t worker = 0; worker < job_count(); ++worker) {
        workers.emplace_back([this] { work(); });
      }
    }
    return failures_ == 0 ? exit_success : exit_failure;
  }

 private:
  std::size_t job_count() const {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    const auto wanted = options_.jobs > 0 ? static_cast<std::size_t>(options_.jobs) : cores;
    return std::min(wanted, files_.size());
  }

  void work() {
    auto predictor = without_exceptions([this] { return Predictor::create(models_, threshold_); });
    for (std::size_t index = next_++; index < files_.size(); index = next_++) {
      const std::string name = told_name(files_[index]);
      const auto line = without_exceptions([&] {
        return predictor ? predict(*predictor, index)
                         : core::Result<std::string>(predictor.error());
      });
      if (!line) {
        ++failures_;
        progress_.message(fmt::format("geond: {}: {}", name, line.error().detail()));
      }
      print_in_order(index, line ? *line : std::string());
      progress_.advance(name);
    }
  }

  core::Result<std::string> predict(Predictor& predictor, std::size_t index) {
    const fs::path& file = files_[index];
    const auto bytes = imaging::FileBytes::open(file);
    if (!bytes) return bytes.error();
    const auto result = predictor.predict(bytes->bytes());
    if (!result) return result.error();
    if (!options_.overlay.empty()) {
      if (auto drawn = write_overlay(index, bytes->bytes(), result->primitives); !drawn) {
        return drawn.error();
      }
    }
    return options_.as_json ? to_json_line(file, *result) : to_text(file, *result);
  }

  /// Beside its place first: what cannot be written leaves no part of a picture, nor takes what an
  /// earlier call left there.
  core::Result<void> write_overlay(std::size_t index, std::span<const std::byte> bytes,
                                   std::span<const geometry::Primitive> primitives) const {
    const auto overlay = imaging::render_overlay(bytes, primitives);
    if (!overlay) return overlay.error();
    const fs::path& target = overlays_[index];
    const fs::path partial =
        target.parent_path() / fmt::format(".geond-{}-{}.partial", ::getpid(), index);
    std::ofstream stream(partial, std::ios::binary);
    stream << overlay->bytes;
    stream.close();
    std::error_code error;
    if (stream) fs::rename(partial, target, error);
    if (stream && !error) return core::ok();
    fs::remove(partial, error);
    return core::Error(core::ErrorKind::internal, "overlay_not_written",
                       fmt::format("cannot write {}", target.string()));
  }

  void print_in_order(std::size_t index, std::string text) {
    const std::lock_guard lock(mutex_);
    ready_.emplace(index, std::move(text));
    for (auto first = ready_.begin(); first != ready_.end() && first->first == printed_;
         first = ready_.erase(first), ++printed_) {
      if (!print_whole(first->second)) give_up();
    }
  }

  /// Results that nobody can keep are not worth working for.
  void give_up() {
    if (std::exchange(has_given_up_, true)) return;
    ++failures_;
    next_ = files_.size();
    progress_.message("geond: cannot write to the output; the rest is left.");
  }

  const PredictOptions& options_;
  const ModelPair models_;
  const std::vector<fs::path> files_;
  const std::vector<fs::path> overlays_;  // of each file, where they are wanted
  const double threshold_;
  Progress progress_;
  std::atomic<std::size_t> next_{0};
  std::atomic<int> failures_{0};
  std::mutex mutex_;
  std::map<std::size_t, std::string> ready_;  // guarded by mutex_
  std::size_t printed_ = 0;                   // guarded by mutex_
  bool has_given_up_ = false;                 // guarded by mutex_
};

int run_predict(const PredictOptions& options) {
  inference::prepare_opencv(1);
  auto found = find_pictures(options.inputs);
  if (!found) return fail(found.error());
  auto models = load_pair(options);
  if (!models) return fail_usage(models.error().detail());
  if (!options.overlay.empty()) {
    std::error_code error;
    fs::create_directories(options.overlay, error);
    if (error) return fail_usage(fmt::format("Cannot make {}.", options.overlay));
    leave_out_overlays(found->files, options);
  }
  const int status = Prediction(options, std::move(*models), std::move(found->files)).run();
  return tell_problems(*found, status);
}

}  // namespace

void add_predict_command(CLI::App& root, Action& action) {
  CLI::App* command =
      root.add_subcommand("predict", "Find geons and scene in files, without a server");
  auto options = std::make_shared<PredictOptions>();
  command->add_option("inputs", options->inputs, "Pictures, or directories of pictures")
      ->required()
      ->type_name("FILE|DIR");
  command->add_flag("--json", options->as_json, "One JSON document a picture and line");
  command->add_option("--overlay", options->overlay, "Write the pictures with their boxes there")
      ->type_name("DIR");
  add_threshold_option(*command, options->threshold);
  command->add_option("--models", options->models, "Directory of the models")
      ->envname("GEOND_MODELS")
      ->type_name("DIR");
  command->add_option("--detector", options->detector, "Detection model")->type_name("NAME");
  command->add_option("--classifier", options->classifier, "Classification model")
      ->type_name("NAME");
  command->add_option("--jobs", options->jobs, "Pictures worked on at once (one a core)")
      ->check(CLI::Range(1, 256));
  command->footer("Example: geond predict photos/ --json --overlay boxes/ > results.jsonl");
  command->callback([options, &action] { action = [options] { return run_predict(*options); }; });
}

}  // namespace geond::cli
