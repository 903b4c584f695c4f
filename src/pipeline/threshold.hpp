// SPDX-License-Identifier: MIT
#pragma once

#include "geond/core/result.hpp"
#include "geond/inference/model.hpp"

namespace geond::pipeline {

/// What the manifest of a detector says; `model` must be one.
const inference::DetectionSpec& detection_of(const inference::Model& model);

/// Errors: invalid_argument `invalid_threshold` (not in [0, 1]).
core::Result<void> check_threshold(double threshold);

}  // namespace geond::pipeline
