// SPDX-License-Identifier: MIT
#include "stage_runner.hpp"

#include <chrono>
#include <exception>
#include <new>
#include <optional>
#include <string_view>

#include "geond/core/error_codes.hpp"
#include "geond/core/out_of_memory.hpp"
#include "geond/imaging/file_bytes.hpp"

namespace geond::pipeline {

core::Result<StageResult> StageRunner::run(const tasks::Claim& claim, NetworkCache& networks,
                                           const std::stop_token& stop) {
  Backoff backoff;
  std::optional<std::chrono::steady_clock::time_point> last_try;
  while (true) {
    auto result = attempt(claim, networks);
    if (result || !core::is_passing(result.error()) || stop.stop_requested()) return result;
    const auto wait = backoff.next();
    // Descriptors are lacking for everybody; memory may be for this very picture, now and always.
    if (result.error().code() == core::codes::kOutOfMemory) {
      const auto now = parts_.clock.steady_now();
      if (!last_try) last_try = now + config_.memory_patience;
      if (now + wait > *last_try) return result;
    }
    parts_.logger.warning("a task waits for what the process lacks",
                          {{"task", claim.id().value}, {"code", result.error().code()}});
    sleeper_.sleep(wait, stop);
    if (stop.stop_requested()) return result;
  }
}

core::Result<StageResult> StageRunner::attempt(const tasks::Claim& claim, NetworkCache& networks) {
  try {
    return run_stages(claim, networks);
  } catch (const std::bad_alloc&) {
    return core::out_of_memory();
  } catch (const std::exception& fault) {
    return core::Error(core::ErrorKind::internal, "worker_fault", fault.what());
  }
}

core::Result<StageResult> StageRunner::run_stages(const tasks::Claim& claim,
                                                  NetworkCache& networks) {
  const tasks::Task& task = claim.task;
  const StageListener listener = [this, &task](std::string_view stage) {
    parts_.notifier.publish(TaskEventKind::stage, task.owner, task.id, stage);
  };
  const auto detector_model = models_.find(task.detector);
  if (!detector_model) return detector_model.error();
  const auto classifier_model = models_.find(task.classifier);
  if (!classifier_model) return classifier_model.error();
  // Each may have come in another version since they were chosen.
  if (auto fit = inference::check_compatible(**detector_model, **classifier_model); !fit) {
    return fit.error();
  }
  const auto detector = networks.detector(*detector_model);
  if (!detector) return detector.error();
  const auto classifier = networks.classifier(*classifier_model);
  if (!classifier) return classifier.error();
  const auto input = open_input(parts_.blobs, task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  auto result = decode_and_detect(file->bytes(), **detector, config_.limits, listener);
  if (!result) return result.error();
  if (result->is_picture_damaged) {
    parts_.logger.warning("parts of a picture are damaged and may look wrong",
                          {{"task", task.id.value}, {"user", task.owner.value}});
  }
  if (auto done = classify(*result, task.threshold, **classifier, listener); !done) {
    return done.error();
  }
  models_.record_run(task.detector.name, result->seconds.detect);
  models_.record_run(task.classifier.name, result->seconds.classify);
  return result;
}

}  // namespace geond::pipeline
