// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

enum class ImageFormat { jpeg, png };

/// `jpeg` or `png`.
std::string_view format_name(ImageFormat format);
/// `image/jpeg` or `image/png`.
std::string_view media_type(ImageFormat format);

/// What a picture says about itself before a pixel is decoded.
struct ImageInfo {
  ImageFormat format = ImageFormat::jpeg;
  geometry::ImageSize stored;   ///< As the pixels lie in the file.
  geometry::ImageSize upright;  ///< After `orientation` is applied: what a viewer shows.
  int orientation = 1;          ///< EXIF orientation, 1 to 8; 1 where none or a wrong one is given.
};

/// As many leading bytes as recognise() can make use of.
inline constexpr std::size_t kRecognisableBytes = 32;

/// The format by its first bytes; never by a name or a header. `leading` may be the whole file.
/// Errors: invalid_argument `image_empty`; unsupported_media `unsupported_format` (names the format
/// where it is known: WebP, HEIC, AVIF, GIF, TIFF, BMP and others, and says what to do).
core::Result<ImageFormat> recognise(std::span<const std::byte> leading);

/// Reads the structure of a whole JPEG or PNG file and holds it to the limits, without decoding a
/// pixel. JPEG: baseline and progressive, 8 bit, 1, 3 or 4 components. Takes under 1 ms a megabyte
/// and no memory to speak of.
///
/// Errors: those of recognise(); unprocessable `image_broken` (cut short, or not what its own
/// headers say); too_large `image_too_large` (over a limit of pixels or sides);
/// unprocessable `image_too_complex` (too many scans); unsupported_media `unsupported_format`
/// (12 bit, lossless or arithmetic-coded JPEG).
core::Result<ImageInfo> inspect(std::span<const std::byte> file, const ImageLimits& limits = {});

}  // namespace geond::imaging
