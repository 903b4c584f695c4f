// SPDX-License-Identifier: MIT
#pragma once

#include <stop_token>

#include "backoff.hpp"
#include "geond/core/result.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "model_store.hpp"
#include "network_cache.hpp"
#include "stages.hpp"

namespace geond::pipeline {

/// Takes claimed tasks through their stages: finds models and picture, decodes, detects,
/// classifies, and tells listeners of each stage. Changes nothing in the database. Thread-safe;
/// each thread passes networks of its own.
class StageRunner {
 public:
  /// All of it must outlive the runner.
  StageRunner(const PipelineConfig& config, const PipelineParts& parts, ModelStore& models,
              Sleeper& sleeper)
      : config_(config), parts_(parts), models_(models), sleeper_(sleeper) {}

  /// The stages, again and again while the process lacks what they need: descriptors for as long as
  /// it takes, memory for PipelineConfig::memory_patience. The stop ends the waiting, not a stage
  /// that runs. Errors: conflict `model_unavailable`; those of check_compatible, Detector::create,
  /// Classifier::create, open_input(), FileBytes::read, decode_and_detect() and classify();
  /// unavailable `out_of_memory`; internal `worker_fault` (an exception).
  core::Result<StageResult> run(const tasks::Claim& claim, NetworkCache& networks,
                                const std::stop_token& stop);

 private:
  /// As run_stages(), without exceptions.
  core::Result<StageResult> attempt(const tasks::Claim& claim, NetworkCache& networks);
  core::Result<StageResult> run_stages(const tasks::Claim& claim, NetworkCache& networks);

  const PipelineConfig& config_;
  const PipelineParts& parts_;
  ModelStore& models_;
  Sleeper& sleeper_;
};

}  // namespace geond::pipeline
