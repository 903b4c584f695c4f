// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>
#include <string>

#include "geond/core/result.hpp"
#include "geond/imaging/image_info.hpp"

namespace geond::imaging {

/// Quality of the JPEGs that geond makes.
inline constexpr int kJpegQuality = 90;

/// A picture as a file's bytes, without metadata of any sort.
struct EncodedImage {
  std::string bytes;
  ImageFormat format = ImageFormat::jpeg;
};

/// `pixels`: CV_8UC3 BGR, not empty, at most 65,500 a side. `quality` 1 to 100.
/// Errors: internal `encode_failed`, unavailable `out_of_memory`.
core::Result<EncodedImage> encode_jpeg(const cv::Mat& pixels, int quality = kJpegQuality);

/// `pixels`: CV_8UC3 BGR, not empty. Errors: internal `encode_failed`, unavailable
/// `out_of_memory`.
core::Result<EncodedImage> encode_png(const cv::Mat& pixels);

core::Result<EncodedImage> encode(const cv::Mat& pixels, ImageFormat format);

}  // namespace geond::imaging
