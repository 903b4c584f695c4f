// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "byte_view.hpp"
#include "geond/core/result.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// What a PNG's chunks say.
struct PngStructure {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  int bit_depth = 0;
  int color_type = 0;
  bool interlaced = false;
  bool has_alpha = false;  ///< An alpha channel or a tRNS chunk.
  Bytes exif;              ///< The eXIf chunk's data; empty where there is none.
  /// The parts of the file that a decoder needs, in order: signature, IHDR, PLTE, tRNS, IDAT, IEND.
  /// Every other chunk is left out, so that what hides in it costs nothing.
  std::vector<Bytes> essential;
};

/// Walks the chunks of a whole file (PNG, third edition, section 5) without inflating anything.
/// Errors: `image_broken`, `image_too_large`.
core::Result<PngStructure> read_png_structure(Bytes file, const ImageLimits& limits);

}  // namespace geond::imaging
