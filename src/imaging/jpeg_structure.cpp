#include "jpeg_structure.hpp"

#include <fmt/format.h>

#include <optional>

#include "failures.hpp"

namespace geond::imaging {
namespace {

enum Marker : std::uint8_t {
  kTem = 0x01,
  kSof0 = 0xC0,  // baseline
  kSof1 = 0xC1,  // extended sequential
  kSof2 = 0xC2,  // progressive
  kDht = 0xC4,
  kJpg = 0xC8,
  kSof9 = 0xC9,  // from here on: arithmetic coding
  kDac = 0xCC,
  kSof15 = 0xCF,
  kRst0 = 0xD0,
  kRst7 = 0xD7,
  kSoi = 0xD8,
  kEoi = 0xD9,
  kSos = 0xDA,
  kApp1 = 0xE1,
};

bool is_restart(std::uint8_t marker) {
  return marker >= kRst0 && marker <= kRst7;
}

bool is_frame(std::uint8_t marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

/// Reads a file's markers one after the other.
class MarkerWalk {
 public:
  MarkerWalk(Bytes file, const ImageLimits& limits) : file_(file), limits_(limits) {}

  core::Result<JpegStructure> run() {
    position_ = 2;  // past SOI, which recognise() has seen
    while (const std::optional<std::uint8_t> marker = next_marker()) {
      if (*marker == kEoi) break;
      if (*marker == kSoi || *marker == kTem || is_restart(*marker)) continue;
      const core::Result<Bytes> segment = next_segment();
      // A file cut short in or after its pixels is the decoder's to judge.
      if (!segment) {
        if (structure_.scans > 0) break;
        return segment.error();
      }
      if (const auto read = read_segment(*marker, *segment); !read) return read.error();
    }
    if (!has_frame_) return broken("the JPEG says nothing of its size before it ends");
    if (structure_.scans == 0) return broken("the JPEG ends before its pixels begin");
    return structure_;
  }

 private:
  /// The next marker's code, over whatever lies before it; none at the end of the file.
  std::optional<std::uint8_t> next_marker() {
    while (position_ < file_.size()) {
      const void* found = std::memchr(file_.data() + position_, 0xFF, file_.size() - position_);
      if (found == nullptr) return std::nullopt;
      position_ = static_cast<std::size_t>(static_cast<const std::byte*>(found) - file_.data()) + 1;
      while (position_ < file_.size() && byte_at(file_, position_) == 0xFF) ++position_;
      if (position_ == file_.size()) return std::nullopt;
      const std::uint8_t code = byte_at(file_, position_++);
      if (code != 0) return code;  // FF 00 is a byte of the pixels' data
    }
    return std::nullopt;
  }

  core::Result<Bytes> next_segment() {
    if (file_.size() - position_ < 2) return broken("the JPEG ends within its headers");
    const std::size_t length = u16_at(file_, position_);
    if (length < 2) return broken("a JPEG segment has an impossible length");
    if (length > file_.size() - position_) return broken("the JPEG ends within its headers");
    const Bytes segment = file_.subspan(position_ + 2, length - 2);
    position_ += length;
    return segment;
  }

  core::Result<void> read_segment(std::uint8_t marker, Bytes segment) {
    if (is_frame(marker)) return read_frame(marker, segment);
    if (marker == kSos) return read_scan();
    if (marker == kApp1 && structure_.exif.empty() &&
        text_at(segment, 0, std::string_view("Exif\0\0", 6))) {
      structure_.exif = segment;
    }
    return core::ok();
  }

  core::Result<void> read_frame(std::uint8_t marker, Bytes segment) {
    constexpr std::string_view kRemedy = "Save it as an ordinary 8-bit JPEG or as PNG.";
    if (has_frame_) return broken("the JPEG gives its size twice");
    if (marker >= kSof9) return unsupported("an arithmetic-coded JPEG", kRemedy);
    if (marker > kSof2) return unsupported("a lossless or hierarchical JPEG", kRemedy);
    if (segment.size() < 6) return broken("the JPEG's frame header is too short");
    const int bits = byte_at(segment, 0);
    if (bits != 8) return unsupported(fmt::format("a {}-bit JPEG", bits), kRemedy);
    structure_.height = u16_at(segment, 1);
    structure_.width = u16_at(segment, 3);
    structure_.components = byte_at(segment, 5);
    structure_.progressive = marker == kSof2;
    has_frame_ = true;
    const int components = structure_.components;
    if (components != 1 && components != 3 && components != 4) {
      return unsupported(fmt::format("a JPEG of {} channels", components), kRemedy);
    }
    if (segment.size() != 6 + 3 * static_cast<std::size_t>(components)) {
      return broken("the JPEG's frame header has the wrong length");
    }
    return check_dimensions(structure_.width, structure_.height, limits_);
  }

  core::Result<void> read_scan() {
    if (!has_frame_) return broken("the JPEG's pixels begin before its size is given");
    if (++structure_.scans > limits_.max_jpeg_scans) {
      return too_complex(fmt::format("the JPEG has more than {} scans", limits_.max_jpeg_scans));
    }
    return core::ok();
  }

  const Bytes file_;
  const ImageLimits& limits_;
  std::size_t position_ = 0;
  bool has_frame_ = false;
  JpegStructure structure_;
};

}  // namespace

core::Result<JpegStructure> read_jpeg_structure(Bytes file, const ImageLimits& limits) {
  return MarkerWalk(file, limits).run();
}

}  // namespace geond::imaging
