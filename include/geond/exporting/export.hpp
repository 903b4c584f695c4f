// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::exporting {

/// Annotation formats that other tools read.
enum class ExportFormat {
  csv,       ///< RFC 4180, one primitive a line, with a header line.
  yolo_obb,  ///< `index x1 y1 x2 y2 x3 y3 x4 y4`, normalised, one primitive a line.
  dota,      ///< `x1 y1 x2 y2 x3 y3 x4 y4 class 0`, pixels, one primitive a line.
  coco,      ///< One JSON document: upright `bbox`, the corners as `segmentation`, `score`.
};

/// A picture and what is known of it.
struct AnnotatedImage {
  std::string file_name;
  geometry::ImageSize size;  ///< Upright, pixels.
  std::optional<std::string> scene;
  std::vector<geometry::Primitive> primitives;
};

/// `csv`, `yolo-obb`, `dota` or `coco`. Errors: invalid_argument `unknown_export_format`.
core::Result<ExportFormat> parse_export_format(std::string_view name);
std::string_view format_name(ExportFormat format);
/// With charset where it is text.
std::string_view media_type(ExportFormat format);
/// `.csv`, `.txt` or `.json`.
std::string_view file_extension(ExportFormat format);

/// One picture's annotations. `classes` is the detector's vocabulary: an index in YOLO and COCO
/// (where ids count from 1) is the place in it. Corners are not clamped to the picture.
/// A picture without primitives is a valid empty list.
/// Errors: invalid_argument `unknown_primitive_class` (not of csv, which has the names themselves).
core::Result<std::string> export_annotations(ExportFormat format, const AnnotatedImage& image,
                                             std::span<const std::string> classes);

}  // namespace geond::exporting
