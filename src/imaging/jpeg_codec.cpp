// SPDX-License-Identifier: MIT
#include "jpeg_codec.hpp"

#include <fmt/format.h>
#include <jerror.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include "failures.hpp"
#include "geond/core/out_of_memory.hpp"
#include "jpeg_session.hpp"

namespace geond::imaging {
namespace {

/// Everything one decoding needs, without a destructor: it lives across longjmp. The owner calls
/// jpeg_destroy_decompress.
struct Reading {
  jpeg_decompress_struct session{};
  JpegErrors errors;
  JpegWatch watch;
  JpegSource source;
  unsigned char* rows = nullptr;  ///< Where the pixels go; set between the two steps.
  std::size_t row_bytes = 0;
  unsigned char* cmyk_row = nullptr;  ///< A row of four channels, for CMYK only.
};

/// Reads the headers and settles on the output. False after a longjmp.
bool start_reading(Reading& reading, std::span<const Bytes> parts, int divisor,
                   std::size_t max_bytes) {
  jpeg_decompress_struct& session = reading.session;
  if (setjmp(reading.errors.jump) != 0) return false;
  jpeg_create_decompress(&session);
  session.progress = &reading.watch.manager;
  session.mem->max_memory_to_use = static_cast<long>(max_bytes);
  session.src = reading.source.install(parts);
  jpeg_read_header(&session, TRUE);
  const bool is_cmyk = session.num_components == 4;
  session.out_color_space = is_cmyk ? JCS_CMYK : JCS_EXT_BGR;
  session.scale_num = 1;
  session.scale_denom = static_cast<unsigned>(divisor);
  // Smoothing guesses coefficients that are missing; those left out here do not show.
  if (parts.size() > 1) session.do_block_smoothing = FALSE;
  jpeg_calc_output_dimensions(&session);
  return true;
}

/// One row of CMYK to BGR. Adobe's files store the amount of light, others the amount of ink.
void convert_cmyk_row(const unsigned char* from, unsigned char* to, unsigned width, bool inverted) {
  const auto light = [inverted](unsigned char ink) { return inverted ? ink : 255U - ink; };
  for (unsigned column = 0; column < width; ++column, from += 4, to += 3) {
    const unsigned black = light(from[3]);
    to[0] = static_cast<unsigned char>((light(from[2]) * black + 127) / 255);
    to[1] = static_cast<unsigned char>((light(from[1]) * black + 127) / 255);
    to[2] = static_cast<unsigned char>((light(from[0]) * black + 127) / 255);
  }
}

/// Whether what the file holds is enough for a picture, now that its data turned out to end. A
/// progressive file has the whole picture, if coarse, after its first scan.
bool has_whole_picture(const Reading& reading) {
  return reading.session.progressive_mode != FALSE && reading.session.input_scan_number > 1;
}

/// Decodes all rows. False after a longjmp, or where the data ended too early.
bool read_rows(Reading& reading) {
  jpeg_decompress_struct& session = reading.session;
  if (setjmp(reading.errors.jump) != 0) return false;
  jpeg_start_decompress(&session);
  const bool inverted = session.saw_Adobe_marker != FALSE;
  while (session.output_scanline < session.output_height) {
    unsigned char* target = reading.rows + session.output_scanline * reading.row_bytes;
    JSAMPROW row = reading.cmyk_row != nullptr ? reading.cmyk_row : target;
    jpeg_read_scanlines(&session, &row, 1);
    if (reading.cmyk_row != nullptr) {
      convert_cmyk_row(reading.cmyk_row, target, session.output_width, inverted);
    }
    if (reading.errors.cut_short && !has_whole_picture(reading)) return false;
  }
  return true;
}

core::Error failure(const Reading& reading) {
  const JpegErrors& errors = reading.errors;
  if (errors.out_of_time) return too_complex("decoding it used up its share of time");
  switch (errors.code) {
    case 0:
      return broken("the JPEG ends before its picture does");
    case JERR_OUT_OF_MEMORY:  // The limit of our own is the next one.
      return core::out_of_memory();
    case JERR_NO_BACKING_STORE:
    case JERR_TFILE_CREATE:
      return core::Error(core::ErrorKind::too_large, "image_too_large",
                         "Decoding this JPEG would take more memory than is allowed. Make it "
                         "smaller, or save it as a baseline (not progressive) JPEG.");
    case JERR_CONVERSION_NOTIMPL:
      return unsupported("a JPEG of an unusual colour space", "Save it as an ordinary RGB JPEG.");
    default:
      return broken(fmt::format("the JPEG decoder says \"{}\"", errors.message.data()));
  }
}

struct SessionEnd {
  void operator()(Reading* reading) const {
    jpeg_destroy_decompress(&reading->session);
    delete reading;  // NOLINT(cppcoreguidelines-owning-memory): this is the owner's deleter
  }
};

}  // namespace

int scale_divisor(geometry::ImageSize stored, geometry::ImageSize fit) {
  if (fit.width <= 0 || fit.height <= 0) return 1;
  const double shrink = std::min(static_cast<double>(fit.width) / stored.width,
                                 static_cast<double>(fit.height) / stored.height);
  for (const int divisor : {8, 4, 2}) {
    if (shrink * divisor <= 1) return divisor;
  }
  return 1;
}

core::Result<JpegPixels> decode_jpeg(Bytes file, const JpegStructure& structure, int divisor,
                                     const ImageLimits& limits, const CpuBudget& budget) {
  const std::vector<Bytes> parts = needed_parts(file, structure, divisor);
  const std::unique_ptr<Reading, SessionEnd> reading(new Reading);
  jpeg_decompress_struct& session = reading->session;
  session.err = reading->errors.install();
  reading->watch.install(reading->errors, budget);
  if (!start_reading(*reading, parts, divisor, limits.max_decoder_bytes)) return failure(*reading);
  if (session.image_width != structure.width || session.image_height != structure.height) {
    return broken("the JPEG gives its size twice");
  }

  JpegPixels pixels;
  pixels.bgr.create(static_cast<int>(session.output_height), static_cast<int>(session.output_width),
                    CV_8UC3);
  std::vector<unsigned char> cmyk_row;
  if (session.out_color_space == JCS_CMYK) {
    cmyk_row.resize(std::size_t{4} * session.output_width);
    reading->cmyk_row = cmyk_row.data();
  }
  reading->rows = pixels.bgr.data;
  reading->row_bytes = pixels.bgr.step[0];
  if (!read_rows(*reading)) return failure(*reading);
  pixels.damaged = reading->errors.damaged;
  return pixels;
}

}  // namespace geond::imaging
