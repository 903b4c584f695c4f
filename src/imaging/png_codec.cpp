// SPDX-License-Identifier: MIT
#include "png_codec.hpp"

#include <fmt/format.h>
#include <spng.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "failures.hpp"
#include "geond/core/out_of_memory.hpp"

namespace geond::imaging {
namespace {

struct ContextEnd {
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using Context = std::unique_ptr<spng_ctx, ContextEnd>;

/// What spng may keep of a chunk: palettes and transparency are under 1 KiB.
constexpr std::size_t kMaxKeptChunk = 64 * 1024;
/// Rows between two looks at the clock.
constexpr std::uint32_t kRowsPerCheck = 16;

/// Feeds spng the essential parts of a file, one after the other.
struct PartsReader {
  const std::vector<Bytes>* parts = nullptr;
  std::size_t part = 0;
  std::size_t offset = 0;

  static int read(spng_ctx*, void* user, void* target, std::size_t length) {
    auto& self = *static_cast<PartsReader*>(user);
    auto* out = static_cast<std::byte*>(target);
    while (length > 0) {
      if (self.part == self.parts->size()) return SPNG_IO_EOF;
      const Bytes rest = (*self.parts)[self.part].subspan(self.offset);
      const std::size_t step = std::min(length, rest.size());
      std::memcpy(out, rest.data(), step);
      out += step;
      length -= step;
      self.offset += step;
      if (step == rest.size()) {
        ++self.part;
        self.offset = 0;
      }
    }
    return 0;
  }
};

core::Error failure(int code) {
  if (code == SPNG_EMEM) return core::out_of_memory();
  return broken(fmt::format("the PNG decoder says \"{}\"", spng_strerror(code)));
}

/// A row of RGBA over white, as BGR.
void blend_row(const unsigned char* from, unsigned char* to, std::uint32_t width) {
  for (std::uint32_t column = 0; column < width; ++column, from += 4, to += 3) {
    const unsigned alpha = from[3];
    const auto over_white = [alpha](unsigned value) {
      return static_cast<unsigned char>((value * alpha + 255 * (255 - alpha) + 127) / 255);
    };
    to[0] = over_white(from[2]);
    to[1] = over_white(from[1]);
    to[2] = over_white(from[0]);
  }
}

void swap_row(const unsigned char* from, unsigned char* to, std::uint32_t width) {
  for (std::uint32_t column = 0; column < width; ++column, from += 3, to += 3) {
    to[0] = from[2];
    to[1] = from[1];
    to[2] = from[0];
  }
}

/// Columns that a pass of an interlaced picture fills: every `step`-th from `start` (PNG, 8.2).
struct PassColumns {
  std::uint32_t start = 0;
  std::uint32_t step = 1;
};

constexpr PassColumns kAdam7[] = {{0, 8}, {4, 8}, {0, 4}, {2, 4}, {0, 2}, {1, 2}, {0, 1}};

/// Decodes row by row into the target, so that only one row is held besides it.
class RowDecoder {
 public:
  RowDecoder(spng_ctx* context, const PngStructure& structure, const CpuBudget& budget)
      : context_(context),
        structure_(structure),
        budget_(budget),
        channels_(structure.has_alpha ? 4 : 3),
        row_(std::size_t{structure.width} * channels_) {}

  core::Result<void> run(cv::Mat& target) {
    const int format = structure_.has_alpha ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8;
    const int flags = SPNG_DECODE_PROGRESSIVE | (structure_.has_alpha ? SPNG_DECODE_TRNS : 0);
    if (const int code = spng_decode_image(context_, nullptr, 0, format, flags); code != 0) {
      return failure(code);
    }
    for (std::uint32_t count = 0;; ++count) {
      if (count % kRowsPerCheck == 0 && budget_.is_spent()) {
        return too_complex("decoding it used up its share of time");
      }
      spng_row_info row{};
      const int next = spng_get_row_info(context_, &row);
      // Where the last passes of an interlaced picture are empty, the end shows only here.
      if (next == SPNG_EOI) return core::ok();
      if (next != 0) return failure(next);
      const int code = spng_decode_row(context_, row_.data(), row_.size());
      if (code != 0 && code != SPNG_EOI) return failure(code);
      if (row.row_num >= structure_.height) return failure(SPNG_EINTERNAL);
      place(row, target.ptr<unsigned char>(static_cast<int>(row.row_num)));
      if (code == SPNG_EOI) return core::ok();
    }
  }

 private:
  void place(const spng_row_info& row, unsigned char* target) {
    if (!structure_.interlaced) {
      convert(row_.data(), target, structure_.width);
      return;
    }
    // spng fills the columns of this pass only, each in its final place.
    const PassColumns columns = kAdam7[std::clamp(row.pass, 0, 6)];
    for (std::uint32_t x = columns.start; x < structure_.width; x += columns.step) {
      convert(row_.data() + std::size_t{x} * channels_, target + std::size_t{x} * 3, 1);
    }
  }

  void convert(const unsigned char* from, unsigned char* to, std::uint32_t width) const {
    if (structure_.has_alpha) {
      blend_row(from, to, width);
    } else {
      swap_row(from, to, width);
    }
  }

  spng_ctx* context_;
  const PngStructure& structure_;
  const CpuBudget& budget_;
  std::size_t channels_;
  std::vector<unsigned char> row_;
};

}  // namespace

core::Result<cv::Mat> decode_png(const PngStructure& structure, const CpuBudget& budget) {
  const Context context(spng_ctx_new(0));
  if (context == nullptr) return failure(SPNG_EMEM);
  spng_set_image_limits(context.get(), structure.width, structure.height);
  spng_set_chunk_limits(context.get(), kMaxKeptChunk, kMaxKeptChunk);
  PartsReader reader{&structure.essential};
  if (const int code = spng_set_png_stream(context.get(), PartsReader::read, &reader); code != 0) {
    return failure(code);
  }
  cv::Mat target(static_cast<int>(structure.height), static_cast<int>(structure.width), CV_8UC3);
  if (const auto decoded = RowDecoder(context.get(), structure, budget).run(target); !decoded) {
    return decoded.error();
  }
  return target;
}

core::Result<std::string> write_png(const cv::Mat& bgr) {
  const auto encode_failure = [](int code) {
    if (code == SPNG_EMEM) return core::out_of_memory();
    return core::Error(core::ErrorKind::internal, "encode_failed",
                       fmt::format("spng: {}", spng_strerror(code)));
  };
  const Context context(spng_ctx_new(SPNG_CTX_ENCODER));
  if (context == nullptr) return encode_failure(SPNG_EMEM);
  cv::Mat rgb;
  cv::cvtColor(bgr, rgb, cv::COLOR_BGR2RGB);
  spng_ihdr header{};
  header.width = static_cast<std::uint32_t>(rgb.cols);
  header.height = static_cast<std::uint32_t>(rgb.rows);
  header.bit_depth = 8;
  header.color_type = SPNG_COLOR_TYPE_TRUECOLOR;
  int code = spng_set_ihdr(context.get(), &header);
  if (code == 0) code = spng_set_option(context.get(), SPNG_ENCODE_TO_BUFFER, 1);
  // A drawing for the screen: the highest levels cost seconds for a few percent.
  if (code == 0) code = spng_set_option(context.get(), SPNG_IMG_COMPRESSION_LEVEL, 4);
  if (code == 0) {
    code = spng_encode_image(context.get(), rgb.data, rgb.total() * rgb.elemSize(), SPNG_FMT_PNG,
                             SPNG_ENCODE_FINALIZE);
  }
  if (code != 0) return encode_failure(code);
  std::size_t size = 0;
  const std::unique_ptr<void, decltype(&std::free)> bytes(
      spng_get_png_buffer(context.get(), &size, &code), &std::free);
  if (code != 0 || bytes == nullptr) return encode_failure(code);
  return std::string(static_cast<const char*>(bytes.get()), size);
}

}  // namespace geond::imaging
