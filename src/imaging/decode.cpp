// SPDX-License-Identifier: MIT
#include "geond/imaging/decode.hpp"

#include "cpu_budget.hpp"
#include "inspect.hpp"
#include "jpeg_codec.hpp"
#include "orientation.hpp"
#include "png_codec.hpp"

namespace geond::imaging {

core::Result<DecodedImage> decode_to_fit(Bytes file, const FrameFor& frame_for,
                                         const ImageLimits& limits) {
  const CpuBudget budget(limits.max_decode_cpu);
  const core::Result<Inspected> inspected = inspect_structure(file, limits);
  if (!inspected) return inspected.error();

  DecodedImage image;
  image.upright = inspected->info.upright;
  cv::Mat stored;
  if (const auto* jpeg = std::get_if<JpegStructure>(&inspected->structure)) {
    const int divisor = scale_divisor(image.upright, frame_for(image.upright));
    core::Result<JpegPixels> pixels = decode_jpeg(file, *jpeg, divisor, limits, budget);
    if (!pixels) return pixels.error();
    stored = pixels->bgr;
    image.damaged = pixels->damaged;
  } else {
    core::Result<cv::Mat> pixels = decode_png(std::get<PngStructure>(inspected->structure), budget);
    if (!pixels) return pixels.error();
    stored = *pixels;
  }
  image.pixels = make_upright(stored, inspected->info.orientation);
  return image;
}

core::Result<DecodedImage> decode(Bytes file, geometry::ImageSize fit, const ImageLimits& limits) {
  return decode_to_fit(file, [fit](geometry::ImageSize) { return fit; }, limits);
}

}  // namespace geond::imaging
