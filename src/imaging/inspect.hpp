// SPDX-License-Identifier: MIT
#pragma once

#include <variant>

#include "byte_view.hpp"
#include "geond/core/result.hpp"
#include "geond/imaging/image_info.hpp"
#include "jpeg_structure.hpp"
#include "png_structure.hpp"

namespace geond::imaging {

/// What inspect() found, with what a decoder needs besides. Refers to the file's bytes.
struct Inspected {
  ImageInfo info;
  std::variant<JpegStructure, PngStructure> structure;
};

/// inspect(), with the structure. The same errors.
core::Result<Inspected> inspect_structure(Bytes file, const ImageLimits& limits);

}  // namespace geond::imaging
