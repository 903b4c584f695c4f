// SPDX-License-Identifier: MIT
#pragma once

#include <opencv2/core/mat.hpp>

#include "byte_view.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::imaging {

/// EXIF orientation, 1 to 8; 1 where the data is empty, broken or says nothing of it. `exif`: a
/// TIFF header and what follows, with or without `Exif\0\0` before it.
int read_orientation(Bytes exif);

/// Whether a picture of this orientation stands on its side (5 to 8).
inline bool swaps_sides(int orientation) {
  return orientation >= 5;
}

/// The size with its sides swapped where the orientation says so; its own inverse.
geometry::ImageSize oriented(geometry::ImageSize size, int orientation);

/// Turns and mirrors pixels so that they stand upright.
cv::Mat make_upright(const cv::Mat& stored, int orientation);

}  // namespace geond::imaging
