#pragma once

#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::inference {

/// Features of a primitive besides its one-hot class.
inline constexpr int kPlaceFeatures = 8;

/// The primitives at or above `threshold`, the most probable first, ties as they came; at most
/// `limit`.
std::vector<geometry::Primitive> most_probable(std::span<const geometry::Primitive> primitives,
                                               double threshold, std::size_t limit);

/// A set of primitives as the tensor `primitives-v1`: float32 1xFx1xS, F = classes +
/// kPlaceFeatures, one column a primitive, unused columns zero. With s the picture's longer side
/// and t the rotation: one-hot class; (cx - W/2) / s; (cy - H/2) / s; ln(width / s) / 4;
/// ln(height / s) / 4; cos 2t; sin 2t; probability; 1. At most `slots` primitives.
///
/// Errors: invalid_argument `unknown_primitive_class`, `invalid_primitive`, `invalid_image_size`.
core::Result<cv::Mat> primitive_features(std::span<const geometry::Primitive> primitives,
                                         geometry::ImageSize picture,
                                         std::span<const std::string> classes, int slots);

}  // namespace geond::inference
