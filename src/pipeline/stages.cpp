// SPDX-License-Identifier: MIT
#include "stages.hpp"

#include <functional>

#include "geond/core/error_codes.hpp"
#include "geond/imaging/decode.hpp"

namespace geond::pipeline {

double StopWatch::lap() {
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double> elapsed = now - started_;
  started_ = now;
  return elapsed.count();
}

core::Result<storage::OpenBlob> open_input(const storage::BlobStore& blobs,
                                           const tasks::Task& task) {
  auto input = blobs.open(task.input.sha256);
  if (input || input.error().code() != core::codes::kBlobNotFound) return input;
  return tasks::input_missing(core::ErrorKind::gone);
}

core::Result<StageResult> decode_and_detect(std::span<const std::byte> file,
                                            inference::Detector& detector,
                                            const imaging::ImageLimits& limits,
                                            const StageListener& listener) {
  StopWatch watch;
  StageResult result;
  listener("decode");
  const auto frame_for = std::bind_front(&inference::Detector::frame_for, &detector);
  const auto image = imaging::decode_to_fit(file, frame_for, limits);
  if (!image) return image.error();
  result.outcome.image = image->upright;
  result.is_picture_damaged = image->damaged;
  result.seconds.decode = watch.lap();
  listener("detect");
  auto candidates = detector.detect(image->pixels, image->upright);
  if (!candidates) return candidates.error();
  result.outcome.candidates = std::move(*candidates);
  result.seconds.detect = watch.lap();
  return result;
}

core::Result<void> classify(StageResult& result, double threshold,
                            inference::Classifier& classifier, const StageListener& listener) {
  StopWatch watch;
  listener("classify");
  const auto scores =
      classifier.classify(result.outcome.candidates, result.outcome.image, threshold);
  if (!scores) return scores.error();
  result.outcome.threshold = threshold;
  set_scene(result.outcome, *scores);
  result.seconds.classify = watch.lap();
  return core::ok();
}

void set_scene(tasks::Outcome& outcome, const inference::SceneScores& scores) {
  outcome.scene = scores.scene;
  outcome.scene_probability.reset();
  if (scores.scene) outcome.scene_probability = scores.probability;
  outcome.scenes = scores.scenes;
}

}  // namespace geond::pipeline
