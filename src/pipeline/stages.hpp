// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>

#include "geond/core/result.hpp"
#include "geond/imaging/limits.hpp"
#include "geond/inference/model.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/tasks/task.hpp"
#include "network_cache.hpp"

namespace geond::pipeline {

/// Told when a stage begins: `decode`, `detect`, `classify`.
using StageListener = std::function<void(std::string_view stage)>;

/// Measures how long something takes.
class StopWatch {
 public:
  /// Seconds since the construction or the latest call.
  double lap();

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// What one run through the stages gave.
struct StageResult {
  tasks::Outcome outcome;
  tasks::StageSeconds seconds;
  bool is_picture_damaged = false;  ///< As imaging::DecodedImage says.
};

/// A task's upload. Errors: gone `input_missing`, and those of BlobStore::open.
core::Result<storage::OpenBlob> open_input(const storage::BlobStore& blobs,
                                           const tasks::Task& task);

/// Decodes a picture at the smallest scale that covers the detector's input and runs the detector:
/// Outcome::image and Outcome::candidates. Errors: those of imaging::decode and Detector::detect.
core::Result<StageResult> decode_and_detect(std::span<const std::byte> file,
                                            inference::Detector& detector,
                                            const imaging::ImageLimits& limits,
                                            const StageListener& listener);

/// Tells the scene from the candidates at or above `threshold` and puts it into `result`. Errors:
/// those of Classifier::classify.
core::Result<void> classify(StageResult& result, double threshold,
                            inference::Classifier& classifier, const StageListener& listener);

/// Puts a classifier's answer into an outcome.
void set_scene(tasks::Outcome& outcome, const inference::SceneScores& scores);

}  // namespace geond::pipeline
