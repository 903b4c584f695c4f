// SPDX-License-Identifier: MIT
#include "png_structure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "failures.hpp"

namespace geond::imaging {
namespace {

constexpr std::size_t kSignatureSize = 8;
constexpr std::size_t kChunkOverhead = 12;  // length, type, checksum
constexpr std::size_t kMaxExif = 64 * 1024;

bool valid_depth(int color_type, int depth) {
  switch (color_type) {
    case 0:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
      return depth == 8 || depth == 16;
    default:
      return false;
  }
}

/// Reads a file's chunks one after the other.
class ChunkWalk {
 public:
  ChunkWalk(Bytes file, const ImageLimits& limits) : file_(file), limits_(limits) {}

  core::Result<PngStructure> run() {
    keep(0, kSignatureSize);
    position_ = kSignatureSize;
    bool ended = false;
    while (!ended) {
      if (file_.size() - position_ < kChunkOverhead) return broken("the PNG ends too early");
      const std::size_t length = u32_at(file_, position_);
      if (length > file_.size() - position_ - kChunkOverhead) {
        return broken("the PNG ends too early, or a chunk of it is longer than the file");
      }
      const Bytes chunk = file_.subspan(position_ + 4, length + 4);
      if (const auto read = read_chunk(chunk, length + kChunkOverhead); !read) return read.error();
      ended = text_at(chunk, 0, "IEND");
      position_ += length + kChunkOverhead;
    }
    if (data_ == Data::before) return broken("the PNG has no pixels");
    if (structure_.color_type == 3 && !has_palette_) return broken("the PNG lacks its palette");
    return std::move(structure_);
  }

 private:
  enum class Data { before, within, after };

  /// `chunk` begins at its type; `whole` is its size with length and checksum.
  core::Result<void> read_chunk(Bytes chunk, std::size_t whole) {
    const bool is_first = position_ == kSignatureSize;
    if (is_first != text_at(chunk, 0, "IHDR")) {
      return broken(is_first ? "the PNG does not begin with its header"
                             : "the PNG has two headers");
    }
    const bool is_data = text_at(chunk, 0, "IDAT");
    if (is_data && data_ == Data::after) return broken("the PNG's data lies in pieces");
    if (is_data) data_ = Data::within;
    if (!is_data && data_ == Data::within) data_ = Data::after;

    if (is_first) return read_header(chunk.subspan(4), whole);
    if (text_at(chunk, 0, "PLTE")) {
      has_palette_ = true;
      if (structure_.color_type != 3) return core::ok();  // a mere suggestion there
    } else if (text_at(chunk, 0, "tRNS")) {
      if (data_ != Data::before) return core::ok();
      structure_.has_alpha = true;
    } else if (text_at(chunk, 0, "eXIf")) {
      if (structure_.exif.empty() && chunk.size() <= kMaxExif) structure_.exif = chunk.subspan(4);
      return core::ok();
    } else if (!is_data && !text_at(chunk, 0, "IEND")) {
      const bool is_critical = (byte_at(chunk, 0) & 0x20) == 0;
      if (is_critical) return broken("the PNG has a critical chunk of an unknown sort");
      return core::ok();
    }
    keep(position_, whole);
    return core::ok();
  }

  core::Result<void> read_header(Bytes header, std::size_t whole) {
    if (header.size() != 13) return broken("the PNG's header has the wrong length");
    structure_.width = u32_at(header, 0);
    structure_.height = u32_at(header, 4);
    structure_.bit_depth = byte_at(header, 8);
    structure_.color_type = byte_at(header, 9);
    structure_.interlaced = byte_at(header, 12) == 1;
    structure_.has_alpha = structure_.color_type == 4 || structure_.color_type == 6;
    if (!valid_depth(structure_.color_type, structure_.bit_depth) || byte_at(header, 10) != 0 ||
        byte_at(header, 11) != 0 || byte_at(header, 12) > 1) {
      return broken("the PNG's header names a form that does not exist");
    }
    keep(position_, whole);
    return check_dimensions(structure_.width, structure_.height, limits_);
  }

  /// Adds a part of the file; neighbours become one, so that the list stays a handful.
  void keep(std::size_t offset, std::size_t size) {
    std::vector<Bytes>& parts = structure_.essential;
    if (!parts.empty() && parts.back().data() + parts.back().size() == file_.data() + offset) {
      parts.back() = Bytes(parts.back().data(), parts.back().size() + size);
    } else {
      parts.push_back(file_.subspan(offset, size));
    }
  }

  const Bytes file_;
  const ImageLimits& limits_;
  std::size_t position_ = 0;
  Data data_ = Data::before;
  bool has_palette_ = false;
  PngStructure structure_;
};

}  // namespace

core::Result<PngStructure> read_png_structure(Bytes file, const ImageLimits& limits) {
  return ChunkWalk(file, limits).run();
}

}  // namespace geond::imaging
