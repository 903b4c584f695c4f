// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

#include "geond/geometry/primitive.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// What is wrong with the shape of a network's outputs, in words; nothing if all have the one of
/// their layout. Networks may answer each input with another shape, so each answer is looked at
/// before it is read.

/// Of a detector for an input of `frame` pixels: `outputs` as DetectionSpec::output_names, each
/// 1 x (classes + 8) x rows x columns of its stride's cells.
std::optional<std::string> wrong_shape(const std::vector<cv::Mat>& outputs,
                                       const Manifest& manifest, const DetectionSpec& spec,
                                       geometry::ImageSize frame);

/// Of a network of a scene classifier: one value a class and one for "none of these", or, of an
/// ensemble, one alone.
std::optional<std::string> wrong_shape(const cv::Mat& output, const Manifest& manifest,
                                       const ClassificationSpec& spec);

}  // namespace geond::inference
