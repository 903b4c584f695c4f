// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <span>

#include "geond/imaging/decode.hpp"

/// Anything as a picture: it is refused, or decodes to pixels of the size it said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  geond::imaging::ImageLimits limits;
  limits.max_pixels = 1'000'000;
  limits.max_decode_cpu = std::chrono::milliseconds(500);
  const auto file = std::as_bytes(std::span(data, size));
  for (const geond::geometry::ImageSize fit : {geond::geometry::ImageSize{}, {32, 32}}) {
    const auto image = geond::imaging::decode(file, fit, limits);
    if (image && (image->pixels.empty() || image->pixels.cols > image->upright.width)) {
      __builtin_trap();
    }
  }
  return 0;
}
