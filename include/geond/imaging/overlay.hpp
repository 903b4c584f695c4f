// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <opencv2/core/mat.hpp>
#include <span>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/decode.hpp"
#include "geond/imaging/encode.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// Longest side of a thumbnail, in pixels.
inline constexpr int kThumbnailSide = 256;
/// Longest side of an overlay, in pixels, where the caller does not say.
inline constexpr int kOverlaySide = 2048;

/// Draws the boxes with class and probability onto `image.pixels`, in a fixed colour a class; line
/// width and text grow with the picture. Boxes are in pixels of `image.upright`. Characters
/// outside ASCII in class names show as `?`.
void draw_primitives(DecodedImage& image, std::span<const geometry::Primitive> primitives);

/// The picture with its boxes, upright, at most `longest_side` pixels a side (0: full size).
/// Errors: those of decode() and encode().
core::Result<EncodedImage> render_overlay(std::span<const std::byte> file,
                                          std::span<const geometry::Primitive> primitives,
                                          ImageFormat format = ImageFormat::jpeg,
                                          int longest_side = kOverlaySide,
                                          const ImageLimits& limits = {});

/// A small upright JPEG, at most kThumbnailSide pixels a side; never enlarged.
/// Errors: those of decode() and encode().
core::Result<EncodedImage> render_thumbnail(std::span<const std::byte> file,
                                            const ImageLimits& limits = {});

}  // namespace geond::imaging
