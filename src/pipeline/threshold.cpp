// SPDX-License-Identifier: MIT
#include "threshold.hpp"

#include <variant>

namespace geond::pipeline {

const inference::DetectionSpec& detection_of(const inference::Model& model) {
  return std::get<inference::DetectionSpec>(model.manifest().spec);
}

core::Result<void> check_threshold(double threshold) {
  if (threshold >= 0 && threshold <= 1) return core::ok();
  return core::Error(core::ErrorKind::invalid_argument, "invalid_threshold",
                     "The threshold is a probability: 0 to 1.")
      .with_field("threshold", "must be 0 to 1");
}

}  // namespace geond::pipeline
