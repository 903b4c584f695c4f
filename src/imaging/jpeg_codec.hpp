// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

#include "byte_view.hpp"
#include "cpu_budget.hpp"
#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/limits.hpp"
#include "jpeg_structure.hpp"

namespace geond::imaging {

/// A JPEG's pixels as they lie in the file.
struct JpegPixels {
  cv::Mat bgr;           ///< CV_8UC3.
  bool damaged = false;  ///< Flaws in the data were passed over.
};

/// The largest of 1, 2, 4, 8 by which a picture of size `stored` can be divided while it still need
/// not be enlarged to fill the frame `fit`; 1 for an empty frame. Other divisors have no SIMD code.
int scale_divisor(geometry::ImageSize stored, geometry::ImageSize fit);

/// Decodes at 1 / `divisor` of the size (1, 2, 4 or 8).
/// Errors: `image_broken`, `image_too_complex`, `image_too_large` (over
/// ImageLimits::max_decoder_bytes), `unsupported_format`, `out_of_memory`.
core::Result<JpegPixels> decode_jpeg(Bytes file, const JpegStructure& structure, int divisor,
                                     const ImageLimits& limits, const CpuBudget& budget);

/// Encodes CV_8UC3 BGR. Errors: internal `encode_failed`; `out_of_memory`.
core::Result<std::string> write_jpeg(const cv::Mat& bgr, int quality);

}  // namespace geond::imaging
