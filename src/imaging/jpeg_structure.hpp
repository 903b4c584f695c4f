// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "byte_view.hpp"
#include "geond/core/result.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// One pass over the picture's coefficients.
struct JpegScan {
  std::size_t begin = 0;      ///< Where its marker stands in the file.
  std::size_t end = 0;        ///< Where the next marker stands, or the file ends.
  int component = -1;         ///< Place of its only component in the frame; -1: it has several.
  int first_coefficient = 0;  ///< In zigzag order; 0 is a block's mean.
};

/// What a JPEG's markers say.
struct JpegStructure {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  /// A component's sampling factors, 1 to 4.
  struct Sampling {
    int id = 0;
    int across = 1;
    int down = 1;
  };
  std::vector<Sampling> components;
  bool progressive = false;
  bool has_end = false;  ///< The end marker is there.
  std::vector<JpegScan> scans;
  Bytes exif;  ///< The first EXIF segment from `Exif\0\0` on; empty where there is none.
};

/// Walks the markers of a whole file (ITU-T T.81, annex B) without decoding anything.
/// Errors: `image_broken`, `image_too_large`, `image_too_complex`, `unsupported_format`.
core::Result<JpegStructure> read_jpeg_structure(Bytes file, const ImageLimits& limits);

/// The parts of the file that a decoding at 1 / `divisor` of the size needs, in order. At an eighth
/// a pixel is its block's mean, and the scans of a progressive file that hold only other
/// coefficients are left out: the pixels are the same, and they come several times faster.
std::vector<Bytes> needed_parts(Bytes file, const JpegStructure& structure, int divisor);

}  // namespace geond::imaging
