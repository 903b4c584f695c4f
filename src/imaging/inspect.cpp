// SPDX-License-Identifier: MIT
#include "inspect.hpp"

#include "orientation.hpp"

namespace geond::imaging {
namespace {

template <class Structure>
ImageInfo make_info(ImageFormat format, const Structure& structure) {
  ImageInfo info;
  info.format = format;
  info.stored = {static_cast<int>(structure.width), static_cast<int>(structure.height)};
  info.orientation = read_orientation(structure.exif);
  info.upright = oriented(info.stored, info.orientation);
  return info;
}

}  // namespace

core::Result<Inspected> inspect_structure(Bytes file, const ImageLimits& limits) {
  const core::Result<ImageFormat> format = recognise(file);
  if (!format) return format.error();
  Inspected inspected;
  if (*format == ImageFormat::jpeg) {
    core::Result<JpegStructure> jpeg = read_jpeg_structure(file, limits);
    if (!jpeg) return jpeg.error();
    inspected.info = make_info(*format, *jpeg);
    inspected.structure = *jpeg;
  } else {
    core::Result<PngStructure> png = read_png_structure(file, limits);
    if (!png) return png.error();
    inspected.info = make_info(*format, *png);
    inspected.structure = std::move(*png);
  }
  return inspected;
}

core::Result<ImageInfo> inspect(Bytes file, const ImageLimits& limits) {
  const core::Result<Inspected> inspected = inspect_structure(file, limits);
  if (!inspected) return inspected.error();
  return inspected->info;
}

}  // namespace geond::imaging
