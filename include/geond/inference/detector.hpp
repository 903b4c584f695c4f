// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/inference/model.hpp"

namespace cv {
class Mat;
}

namespace geond::inference {

/// How many primitives a detection reports at most.
inline constexpr std::size_t kMaxPrimitives = 300;

/// Finds geons in pictures. Owns its network: for one thread at a time.
class Detector {
 public:
  /// Errors: invalid_argument `model_kind_mismatch`, `model_not_loadable`.
  static core::Result<Detector> create(std::shared_ptr<const Model> model);

  ~Detector();
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;

  const Model& model() const;

  /// The frame that a picture of that size is shrunk into: for imaging::decode_to_fit.
  geometry::ImageSize frame_for(geometry::ImageSize upright) const;

  /// Everything at or above the manifest's candidates threshold that survives suppression: at most
  /// kMaxPrimitives, the most probable first, boxes canonical, in pixels of a picture of size
  /// `upright`.
  ///
  /// `bgr`: CV_8UC3, upright, the same picture as `upright` at any scale. OpenCV's faults (such as
  /// no memory) come as exceptions.
  /// Errors: internal `model_output_invalid` when a network's value is not finite, or an output has
  /// not the shape of the layout.
  core::Result<std::vector<geometry::Primitive>> detect(const cv::Mat& bgr,
                                                        geometry::ImageSize upright);

 private:
  class Implementation;
  explicit Detector(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace geond::inference
