// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace geond::support {

/// A drawn picture: 8-bit samples, `channels` interleaved.
struct Raster {
  int width = 0;
  int height = 0;
  int channels = 3;  ///< 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (or CMYK for a JPEG).
  std::vector<std::uint8_t> samples;

  std::uint8_t* at(int x, int y) {
    return samples.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                             static_cast<std::size_t>(x)) *
                                static_cast<std::size_t>(channels);
  }
};

/// One colour all over.
Raster plain(int width, int height, std::vector<std::uint8_t> colour);

/// Four quarters, so that every way of turning shows: red, green / blue, white. RGB.
Raster quarters(int width, int height);

/// A wall, a floor and a few shaded boxes and discs: something for a detector to look at. RGB.
Raster room(int width, int height);

/// Where a JPEG's options differ from the usual.
struct JpegOptions {
  int quality = 95;
  bool progressive = false;
  int orientation = 0;     ///< 1 to 8 writes an EXIF segment; 0 writes none.
  bool ycck = false;       ///< Of CMYK rasters: YCCK instead of CMYK inside.
  bool subsampled = true;  ///< 4:2:0 instead of 4:4:4.
};

/// A JPEG file. CMYK samples are amounts of light, as Adobe's files hold them.
std::string make_jpeg(const Raster& raster, const JpegOptions& options = {});

/// An 8-bit PNG file of the raster's own channels; `exif_orientation` as above.
std::string make_png(const Raster& raster, int exif_orientation = 0);

/// A chunk of a PNG: length, type, data, checksum.
std::string png_chunk(const std::string& type, const std::string& data);

/// A PNG file of any form, from its scanlines (each with its filter byte), for what make_png does
/// not write. `extra` goes between header and data.
std::string make_raw_png(std::uint32_t width, std::uint32_t height, int bit_depth, int color_type,
                         bool interlaced, const std::string& scanlines,
                         const std::string& extra = {});

/// A TIFF header with one orientation entry, as EXIF holds it (without `Exif\0\0`).
std::string exif_block(int orientation);

/// The bytes of a text, as the decoders take them.
inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

}  // namespace geond::support
