// SPDX-License-Identifier: MIT
#include "geond/imaging/encode.hpp"

#include "jpeg_codec.hpp"
#include "png_codec.hpp"

namespace geond::imaging {
namespace {

core::Result<void> check_pixels(const cv::Mat& pixels) {
  if (pixels.empty() || pixels.type() != CV_8UC3) {
    return core::Error(core::ErrorKind::internal, "encode_failed", "not a BGR picture of 8 bits");
  }
  return core::ok();
}

core::Result<EncodedImage> as_image(core::Result<std::string> bytes, ImageFormat format) {
  if (!bytes) return bytes.error();
  return EncodedImage{std::move(*bytes), format};
}

}  // namespace

core::Result<EncodedImage> encode_jpeg(const cv::Mat& pixels, int quality) {
  if (const auto checked = check_pixels(pixels); !checked) return checked.error();
  return as_image(write_jpeg(pixels, quality), ImageFormat::jpeg);
}

core::Result<EncodedImage> encode_png(const cv::Mat& pixels) {
  if (const auto checked = check_pixels(pixels); !checked) return checked.error();
  return as_image(write_png(pixels), ImageFormat::png);
}

core::Result<EncodedImage> encode(const cv::Mat& pixels, ImageFormat format) {
  return format == ImageFormat::jpeg ? encode_jpeg(pixels) : encode_png(pixels);
}

}  // namespace geond::imaging
