#pragma once

#include "byte_view.hpp"
#include "geond/core/result.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// What a JPEG's markers say.
struct JpegStructure {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int components = 0;
  bool progressive = false;
  int scans = 0;
  Bytes exif;  ///< The first EXIF segment from `Exif\0\0` on; empty where there is none.
};

/// Walks the markers of a whole file (ITU-T T.81, annex B) without decoding anything.
/// Errors: `image_broken`, `image_too_large`, `image_too_complex`, `unsupported_format`.
core::Result<JpegStructure> read_jpeg_structure(Bytes file, const ImageLimits& limits);

}  // namespace geond::imaging
