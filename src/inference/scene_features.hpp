// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <span>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// Features of a slot beside the one-hot class: centre (2), sizes (2), double angle (2),
/// probability, mask.
inline constexpr std::size_t kSlotFeatures = 8;

/// Whether a classifier can be asked about these primitives.
/// Errors: those of Classifier::classify that are the caller's.
core::Result<void> check_primitives(std::span<const geometry::Primitive> primitives,
                                    geometry::ImageSize picture, const ClassificationSpec& spec);

/// Features `primitives-v1`: float32 1 x (classes + 8) x 1 x slots. The most probable primitives
/// at or above `threshold` fill the slots, the rest is zero. With s the picture's longer side and
/// t the rotation a slot holds: one-hot class; (cx - W/2) / s; (cy - H/2) / s; ln(width / s) / 4;
/// ln(height / s) / 4; cos 2t; sin 2t; probability; 1. An empty Mat when no primitive is chosen.
/// The primitives have passed check_primitives().
cv::Mat make_features(std::span<const geometry::Primitive> primitives, geometry::ImageSize picture,
                      double threshold, const ClassificationSpec& spec);

}  // namespace geond::inference
