// SPDX-License-Identifier: MIT
#include "geond/exporting/export.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "writers.hpp"

namespace geond::exporting {
namespace {

struct FormatEntry {
  ExportFormat format;
  std::string_view name;
  std::string_view media_type;
  std::string_view extension;
};

/// In the order of the enumeration.
constexpr std::array kFormats = {
    FormatEntry{ExportFormat::csv, "csv", "text/csv; charset=utf-8", ".csv"},
    FormatEntry{ExportFormat::yolo_obb, "yolo-obb", "text/plain; charset=utf-8", ".txt"},
    FormatEntry{ExportFormat::dota, "dota", "text/plain; charset=utf-8", ".txt"},
    FormatEntry{ExportFormat::coco, "coco", "application/json", ".json"}};

const FormatEntry& entry(ExportFormat format) {
  return *std::ranges::find(kFormats, format, &FormatEntry::format);
}

core::Result<void> check_classes(const AnnotatedImage& image,
                                 std::span<const std::string> classes) {
  for (const geometry::Primitive& primitive : image.primitives) {
    if (class_index(primitive.class_name, classes) == classes.size()) {
      return core::Error{core::ErrorKind::invalid_argument, "unknown_primitive_class",
                         fmt::format("`{}` is none of the detector's classes: {}.",
                                     primitive.class_name, fmt::join(classes, ", "))};
    }
  }
  return core::ok();
}

}  // namespace

std::size_t class_index(std::string_view class_name, std::span<const std::string> classes) {
  return static_cast<std::size_t>(std::ranges::find(classes, class_name) - classes.begin());
}

core::Result<ExportFormat> parse_export_format(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &FormatEntry::name);
  if (found != kFormats.end()) return found->format;
  return core::Error{core::ErrorKind::invalid_argument, "unknown_export_format",
                     "The export format must be csv, yolo-obb, dota or coco."};
}

std::string_view format_name(ExportFormat format) {
  return entry(format).name;
}
std::string_view media_type(ExportFormat format) {
  return entry(format).media_type;
}
std::string_view file_extension(ExportFormat format) {
  return entry(format).extension;
}

core::Result<std::string> export_annotations(ExportFormat format, const AnnotatedImage& image,
                                             std::span<const std::string> classes) {
  // It has the names themselves.
  if (format == ExportFormat::csv) return write_csv(image);
  if (auto checked = check_classes(image, classes); !checked) return checked.error();
  switch (format) {
    case ExportFormat::dota:
      return write_dota(image);
    case ExportFormat::yolo_obb:
      return write_yolo_obb(image, classes);
    default:
      return write_coco(image, classes);
  }
}

}  // namespace geond::exporting
