// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>

#include "writers.hpp"

namespace geond::exporting {
namespace {

/// A field as RFC 4180 wants it. A text that a spreadsheet would take for a formula gets an
/// apostrophe in front, since file names come from anybody.
std::string field(const std::string& text) {
  const bool is_formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  const std::string shown = is_formula ? "'" + text : text;
  if (shown.find_first_of(",\"\r\n") == std::string::npos) return shown;
  std::string quoted = "\"";
  for (const char c : shown) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string write_csv(const AnnotatedImage& image) {
  std::string text =
      "file,image_width,image_height,scene,class,probability,center_x,center_y,width,height,"
      "rotation\r\n";
  const std::string about = fmt::format("{},{},{},{}", field(image.file_name), image.size.width,
                                        image.size.height, field(image.scene.value_or("")));
  for (const geometry::Primitive& primitive : image.primitives) {
    const geometry::RotatedBox& box = primitive.box;
    fmt::format_to(std::back_inserter(text), "{},{},{:.6f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}\r\n",
                   about, field(primitive.class_name), primitive.probability, box.center.x,
                   box.center.y, box.width, box.height, box.rotation);
  }
  return text;
}

}  // namespace geond::exporting
