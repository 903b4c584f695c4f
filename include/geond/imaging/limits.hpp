// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace geond::imaging {

/// What a picture may cost. The defaults keep one upload under 1 GB of memory and 5 s of CPU.
struct ImageLimits {
  std::int64_t max_pixels = 50'000'000;
  int max_side = 20'000;     ///< Pixels, either side.
  int max_jpeg_scans = 100;  ///< A progressive JPEG of a camera or tool has about ten.
  /// What libjpeg may hold for itself: a progressive picture at `max_pixels` in 4:4:4 needs 300 MB.
  std::size_t max_decoder_bytes = std::size_t{450} * 1024 * 1024;
  /// CPU time of the decoding thread, checked while rows come out.
  std::chrono::milliseconds max_decode_cpu{4000};

  /// For pictures of that many pixels and that long sides: what else a picture may cost grows with
  /// the pixels that are beyond the default, so that every one of the size can be decoded.
  static constexpr ImageLimits of(std::int64_t max_pixels, int max_side) {
    ImageLimits limits;
    const std::int64_t usual = limits.max_pixels;
    limits.max_pixels = max_pixels;
    limits.max_side = max_side;
    if (max_pixels > usual) {
      limits.max_decoder_bytes = limits.max_decoder_bytes * static_cast<std::size_t>(max_pixels) /
                                 static_cast<std::size_t>(usual);
      limits.max_decode_cpu = limits.max_decode_cpu * max_pixels / usual;
    }
    return limits;
  }
};

}  // namespace geond::imaging
