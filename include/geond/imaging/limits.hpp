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
};

}  // namespace geond::imaging
