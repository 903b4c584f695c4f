// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>

#include "geond/pipeline/predictor.hpp"

namespace geond::api {

/// A model's document.
nlohmann::json to_json(const pipeline::AvailableModel& model);

/// The vocabularies of all models together: primitives of the detectors, scenes of the
/// classifiers, each name once, in the order the models bring them.
nlohmann::json classes_json(std::span<const pipeline::AvailableModel> models);

}  // namespace geond::api
