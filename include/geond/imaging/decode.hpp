// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <span>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/image_info.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// A picture as pixels.
struct DecodedImage {
  /// Upright, 8-bit BGR (CV_8UC3), continuous. May be smaller than `upright`.
  cv::Mat pixels;
  /// The upright picture at full size: what boxes and results are counted in.
  geometry::ImageSize upright;
  /// The data had flaws that were passed over, so that parts may look wrong.
  bool damaged = false;
};

/// Decodes a JPEG or PNG file, turned upright by its EXIF orientation.
///
/// `fit` is the frame that the upright picture will be shrunk into: a JPEG is decoded at the
/// smallest of the scales 1/8, 1/4, 1/2, 1 at which nothing has to be enlarged again. A PNG is
/// always decoded whole, and `{0, 0}` asks for the full size.
///
/// Grey, palette, 16-bit (the high byte), interlaced and transparent PNG, CMYK and YCCK JPEG
/// become BGR; what is transparent lies on white. Colour profiles and gamma are not applied.
/// A JPEG whose data ends before its picture does is refused; a progressive one is accepted once
/// its first scan is whole. Other flaws in JPEG data are passed over (`damaged`), as browsers do.
///
/// Errors: those of inspect(), unprocessable `image_broken`, and unprocessable `image_too_complex`
/// when the limit of CPU time is reached, unavailable `out_of_memory`. May throw std::bad_alloc.
core::Result<DecodedImage> decode(std::span<const std::byte> file, geometry::ImageSize fit = {},
                                  const ImageLimits& limits = {});

/// The frame that an upright picture of a size will be shrunk into.
using FrameFor = std::function<geometry::ImageSize(geometry::ImageSize upright)>;

/// decode() for a frame that depends on the picture.
core::Result<DecodedImage> decode_to_fit(std::span<const std::byte> file, const FrameFor& frame_for,
                                         const ImageLimits& limits = {});

}  // namespace geond::imaging
