// SPDX-License-Identifier: MIT
#include "support/pictures.hpp"

#include <cstdio>
// libjpeg's header needs FILE before it.
#include <jpeglib.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace geond::support {
namespace {

constexpr char kPngSignature[] = "\x89PNG\r\n\x1A\n";

std::string u32(std::uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xFF);
  return text;
}

std::string deflated(const std::string& data) {
  uLongf size = compressBound(data.size());
  std::string packed(size, '\0');
  compress2(reinterpret_cast<Bytef*>(packed.data()), &size,
            reinterpret_cast<const Bytef*>(data.data()), data.size(), 6);
  packed.resize(size);
  return packed;
}

void fill(Raster& raster, int x, int y, const std::vector<std::uint8_t>& colour) {
  std::copy(colour.begin(), colour.end(), raster.at(x, y));
}

void set_colour_space(jpeg_compress_struct& session, const Raster& raster,
                      const JpegOptions& options) {
  session.in_color_space = raster.channels == 1   ? JCS_GRAYSCALE
                           : raster.channels == 4 ? JCS_CMYK
                                                  : JCS_RGB;
  jpeg_set_defaults(&session);
  if (raster.channels == 4) {
    jpeg_set_colorspace(&session, options.ycck ? JCS_YCCK : JCS_CMYK);
    session.write_Adobe_marker = TRUE;
  }
  if (!options.subsampled) {
    for (int index = 0; index < session.num_components; ++index) {
      session.comp_info[index].h_samp_factor = 1;
      session.comp_info[index].v_samp_factor = 1;
    }
  }
}

}  // namespace

Raster plain(int width, int height, std::vector<std::uint8_t> colour) {
  Raster raster{width, height, static_cast<int>(colour.size()), {}};
  raster.samples.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) *
                        colour.size());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) fill(raster, x, y, colour);
  }
  return raster;
}

Raster quarters(int width, int height) {
  Raster raster = plain(width, height, {255, 255, 255});
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool is_left = x < width / 2;
      const bool is_top = y < height / 2;
      if (is_left && is_top) fill(raster, x, y, {255, 0, 0});
      if (!is_left && is_top) fill(raster, x, y, {0, 255, 0});
      if (is_left && !is_top) fill(raster, x, y, {0, 0, 255});
    }
  }
  return raster;
}

Raster room(int width, int height) {
  Raster raster = plain(width, height, {205, 200, 190});
  const auto shade = [](double value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
  };
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = static_cast<double>(x) / width;
      const double v = static_cast<double>(y) / height;
      if (v > 0.65) fill(raster, x, y, {shade(150 - 60 * v), shade(110 - 40 * v), shade(80)});
      if (u > 0.15 && u < 0.4 && v > 0.45 && v < 0.8) {
        fill(raster, x, y, {shade(40), shade(70), shade(150 + 60 * u)});
      }
      const double distance = std::hypot((u - 0.68) * width, (v - 0.55) * height) / (0.13 * width);
      if (distance < 1) fill(raster, x, y, {shade(220 - 130 * distance), shade(60), shade(50)});
    }
  }
  return raster;
}

std::string exif_block(int orientation) {
  std::string block("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", 18);
  block += static_cast<char>(orientation);
  return block + std::string(7, '\0');
}

std::string make_jpeg(const Raster& raster, const JpegOptions& options) {
  jpeg_compress_struct session{};
  jpeg_error_mgr errors{};
  session.err = jpeg_std_error(&errors);
  jpeg_create_compress(&session);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&session, &bytes, &size);
  session.image_width = static_cast<JDIMENSION>(raster.width);
  session.image_height = static_cast<JDIMENSION>(raster.height);
  session.input_components = raster.channels;
  set_colour_space(session, raster, options);
  jpeg_set_quality(&session, options.quality, TRUE);
  if (options.progressive) jpeg_simple_progression(&session);
  jpeg_start_compress(&session, TRUE);
  if (options.orientation > 0) {
    const std::string exif = std::string("Exif\0\0", 6) + exif_block(options.orientation);
    jpeg_write_marker(&session, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                      static_cast<unsigned>(exif.size()));
  }
  Raster copy = raster;  // libjpeg takes rows that are not const
  while (session.next_scanline < session.image_height) {
    JSAMPROW row = copy.at(0, static_cast<int>(session.next_scanline));
    jpeg_write_scanlines(&session, &row, 1);
  }
  jpeg_finish_compress(&session);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&session);
  std::free(bytes);  // NOLINT: libjpeg took it from malloc
  return file;
}

std::string png_chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const uLong checksum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return u32(static_cast<std::uint32_t>(data.size())) + body +
         u32(static_cast<std::uint32_t>(checksum));
}

std::string make_raw_png(std::uint32_t width, std::uint32_t height, int bit_depth, int color_type,
                         bool interlaced, const std::string& scanlines, const std::string& extra) {
  std::string header = u32(width) + u32(height);
  header += static_cast<char>(bit_depth);
  header += static_cast<char>(color_type);
  header += std::string(2, '\0');
  header += static_cast<char>(interlaced ? 1 : 0);
  return std::string(kPngSignature, 8) + png_chunk("IHDR", header) + extra +
         png_chunk("IDAT", deflated(scanlines)) + png_chunk("IEND", {});
}

std::string make_png(const Raster& raster, int exif_orientation) {
  constexpr int kColorTypes[] = {0, 4, 2, 6};
  std::string scanlines;
  const auto row_size =
      static_cast<std::size_t>(raster.width) * static_cast<std::size_t>(raster.channels);
  for (std::size_t row = 0; row < static_cast<std::size_t>(raster.height); ++row) {
    scanlines += '\0';
    scanlines.append(reinterpret_cast<const char*>(raster.samples.data()) + row * row_size,
                     row_size);
  }
  const std::string extra =
      exif_orientation > 0 ? png_chunk("eXIf", exif_block(exif_orientation)) : std::string();
  return make_raw_png(static_cast<std::uint32_t>(raster.width),
                      static_cast<std::uint32_t>(raster.height), 8,
                      kColorTypes[raster.channels - 1], false, scanlines, extra);
}

}  // namespace geond::support
