// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geond/imaging/decode.hpp"

/// Chunks of a PNG behind a good signature: refused, or decoded whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  geond::imaging::ImageLimits limits;
  limits.max_pixels = 1'000'000;
  limits.max_decode_cpu = std::chrono::milliseconds(500);
  std::vector<std::uint8_t> file(data, data + size);
  constexpr std::uint8_t kSignature[] = {0x89, 'P', 'N', 'G', 13, 10, 26, 10};
  if (size >= std::size(kSignature)) std::copy_n(kSignature, std::size(kSignature), file.begin());
  const auto image = geond::imaging::decode(std::as_bytes(std::span(file)), {}, limits);
  const bool is_whole = image && image->pixels.cols == image->upright.width &&
                        image->pixels.rows == image->upright.height;
  if (image && !is_whole) __builtin_trap();
  return 0;
}
