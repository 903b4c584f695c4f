// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// A model whose files were read, matched their checksums and ran once. Immutable, so shared by all
/// threads; it holds the networks' bytes, and each thread makes its own Detector or Classifier.
class Model {
 public:
  /// Reads a model's folder (`model.json` and the files it names) and checks it whole: manifest,
  /// checksums, and a run on an empty input, whose outputs must have the layout's shapes; of a
  /// detector that follows pictures, on a small lying and a small standing one, too.
  ///
  /// Errors: unavailable `out_of_memory` (the model asks for too much, or nothing is left); all
  /// others invalid_argument: `manifest_missing` (or it cannot be read, or is larger than 1
  /// MiB), `manifest_invalid`, `model_file_missing`, `model_checksum_mismatch`,
  /// `model_not_loadable` (no ONNX that OpenCV reads, or not with the input named in the manifest),
  /// `model_output_mismatch`, `model_output_invalid`.
  static core::Result<std::shared_ptr<const Model>> load(const std::filesystem::path& folder);

  const Manifest& manifest() const { return manifest_; }
  const std::string& name() const { return manifest_.name; }
  core::ModelKind kind() const { return manifest_.kind(); }
  const std::filesystem::path& folder() const { return folder_; }

  /// The model's fingerprint: its one file's SHA-256, or for several files the SHA-256 of theirs,
  /// joined by line feeds in the manifest's order.
  const std::string& sha256() const { return sha256_; }

  /// The ONNX bytes of each file, in the manifest's order.
  const std::vector<std::string>& networks() const { return networks_; }

 private:
  Model() = default;
  /// As load(), but throws std::bad_alloc.
  static core::Result<std::shared_ptr<const Model>> load_checked(
      const std::filesystem::path& folder);

  Manifest manifest_;
  std::filesystem::path folder_;
  std::string sha256_;
  std::vector<std::string> networks_;
};

/// Whether the classifier was made for the detector's vocabulary: the same names in the same order.
/// Errors: invalid_argument `vocabulary_mismatch`, whose detail shows both;
/// invalid_argument `model_kind_mismatch` if they are no detector and classifier.
core::Result<void> check_compatible(const Model& detector, const Model& classifier);

/// What a folder of models holds.
struct LoadedModels {
  struct Failure {
    std::filesystem::path folder;
    core::Error error;
  };

  std::vector<std::shared_ptr<const Model>> models;  ///< By name; names are unique.
  std::vector<Failure> failures;                     ///< By folder.
};

/// Loads every subfolder of `directory` that holds a `model.json`, in the order of their names; one
/// bad model does not keep the others from loading. Of what may hold one but cannot be looked into,
/// such as a folder that may not be entered or a link that leads nowhere, that is a failure.
/// Besides Model::load's errors a failure can be invalid_argument `model_name_taken` (the first
/// folder keeps the name). May throw std::bad_alloc. Errors: not_found `models_missing` when
/// `directory` is no directory; internal `models_unreadable` when it cannot be listed.
core::Result<LoadedModels> load_models(const std::filesystem::path& directory);

/// Sets once, for the whole process, how many threads OpenCV uses within one network run (with a
/// worker a core, 1 is right), and that it throws std::bad_alloc, as everything else does, where it
/// finds no memory. Call before any network runs.
void prepare_opencv(int threads_per_network);

/// OpenCV's version, e.g. `4.6.0`.
std::string opencv_version();

}  // namespace geond::inference
