// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

#include "cpu_budget.hpp"
#include "geond/core/result.hpp"
#include "png_structure.hpp"

namespace geond::imaging {

/// Decodes to CV_8UC3 BGR, as the pixels lie in the file; what is transparent lies on white.
/// Errors: `image_broken`, `image_too_complex`, `out_of_memory`.
core::Result<cv::Mat> decode_png(const PngStructure& structure, const CpuBudget& budget);

/// Encodes CV_8UC3 BGR. Errors: internal `encode_failed`; `out_of_memory`.
core::Result<std::string> write_png(const cv::Mat& bgr);

}  // namespace geond::imaging
