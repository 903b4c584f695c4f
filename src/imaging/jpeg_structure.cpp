// SPDX-License-Identifier: MIT
#include "jpeg_structure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "failures.hpp"

namespace geond::imaging {
namespace {

/// The second byte of a marker (ITU-T T.81, table B.1).
constexpr std::uint8_t kTem = 0x01;
constexpr std::uint8_t kSof0 = 0xC0;  // baseline
constexpr std::uint8_t kSof2 = 0xC2;  // progressive; between the two: extended sequential
constexpr std::uint8_t kDht = 0xC4;
constexpr std::uint8_t kJpg = 0xC8;
constexpr std::uint8_t kSof9 = 0xC9;  // from here on: arithmetic coding
constexpr std::uint8_t kDac = 0xCC;
constexpr std::uint8_t kSof15 = 0xCF;
constexpr std::uint8_t kRst0 = 0xD0;
constexpr std::uint8_t kRst7 = 0xD7;
constexpr std::uint8_t kSoi = 0xD8;
constexpr std::uint8_t kEoi = 0xD9;
constexpr std::uint8_t kSos = 0xDA;
constexpr std::uint8_t kApp1 = 0xE1;

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
      if (is_restart(*marker)) continue;
      end_scan(marker_position_);
      structure_.has_end = *marker == kEoi;
      if (*marker == kEoi) break;
      if (*marker == kSoi || *marker == kTem) continue;
      const core::Result<Bytes> segment = next_segment();
      // A file cut short in or after its pixels is the decoder's to judge.
      if (!segment) {
        if (!structure_.scans.empty()) break;
        return segment.error();
      }
      if (const auto read = read_segment(*marker, *segment); !read) return read.error();
    }
    if (!has_frame_) return broken("the JPEG says nothing of its size before it ends");
    if (structure_.scans.empty()) return broken("the JPEG ends before its pixels begin");
    end_scan(file_.size());
    return std::move(structure_);
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
      marker_position_ = position_ - 2;
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
    if (marker == kSos) return read_scan(segment);
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
    structure_.progressive = marker == kSof2;
    has_frame_ = true;
    const std::size_t components = byte_at(segment, 5);
    if (components != 1 && components != 3 && components != 4) {
      return unsupported(fmt::format("a JPEG of {} channels", components), kRemedy);
    }
    if (segment.size() != 6 + 3 * components) {
      return broken("the JPEG's frame header has the wrong length");
    }
    for (std::size_t index = 6; index < segment.size(); index += 3) {
      const int factors = byte_at(segment, index + 1);
      structure_.components.push_back({byte_at(segment, index), factors >> 4, factors & 15});
      const JpegStructure::Sampling& sampling = structure_.components.back();
      if (sampling.across < 1 || sampling.across > 4 || sampling.down < 1 || sampling.down > 4) {
        return broken("the JPEG's frame header has impossible sampling factors");
      }
    }
    return check_dimensions(structure_.width, structure_.height, limits_);
  }

  core::Result<void> read_scan(Bytes segment) {
    if (!has_frame_) return broken("the JPEG's pixels begin before its size is given");
    if (std::ssize(structure_.scans) >= limits_.max_jpeg_scans) {
      return too_complex(fmt::format("the JPEG has more than {} scans", limits_.max_jpeg_scans));
    }
    if (segment.empty()) return broken("a JPEG scan header is too short");
    const std::size_t count = byte_at(segment, 0);
    if (segment.size() != 4 + 2 * count) return broken("a JPEG scan header has the wrong length");
    JpegScan scan;
    scan.begin = marker_position_;
    scan.first_coefficient = byte_at(segment, 1 + 2 * count);
    for (std::size_t index = 0; count == 1 && index < structure_.components.size(); ++index) {
      if (structure_.components[index].id == byte_at(segment, 1)) {
        scan.component = static_cast<int>(index);
      }
    }
    structure_.scans.push_back(scan);
    return core::ok();
  }

  void end_scan(std::size_t position) {
    if (structure_.scans.empty() || structure_.scans.back().end != 0) return;
    structure_.scans.back().end = position;
  }

  const Bytes file_;
  const ImageLimits& limits_;
  std::size_t position_ = 0;
  std::size_t marker_position_ = 0;
  bool has_frame_ = false;
  JpegStructure structure_;
};

/// Whether nothing that a scan holds shows at the smaller size.
bool is_invisible(const JpegScan& scan, const JpegStructure& structure, int divisor) {
  if (scan.component < 0 || scan.first_coefficient == 0) return false;
  int finest = 1;
  for (const auto& [id, across, down] : structure.components) {
    finest = std::max({finest, across, down});
  }
  // libjpeg decodes a coarser component to larger blocks instead of enlarging it afterwards.
  const auto& own = structure.components[static_cast<std::size_t>(scan.component)];
  const int coarseness =
      (finest + std::min(own.across, own.down) - 1) / std::min(own.across, own.down);
  // A block of one pixel is its mean; libjpeg's larger blocks take something from every
  // coefficient.
  return 8 / divisor * coarseness <= 1;
}

}  // namespace

std::vector<Bytes> needed_parts(Bytes file, const JpegStructure& structure, int divisor) {
  static constexpr std::array kEnd{std::byte{0xFF}, std::byte{kEoi}};
  std::vector<Bytes> parts;
  std::size_t begin = 0;
  for (const JpegScan& scan : structure.scans) {
    if (!structure.progressive || !is_invisible(scan, structure, divisor)) continue;
    if (scan.begin > begin) parts.push_back(file.subspan(begin, scan.begin - begin));
    begin = scan.end;
  }
  if (begin < file.size()) parts.push_back(file.subspan(begin));
  // A file cut short within a scan that is not needed is whole for this purpose.
  if (begin == file.size() && !structure.has_end) parts.emplace_back(kEnd);
  return parts;
}

core::Result<JpegStructure> read_jpeg_structure(Bytes file, const ImageLimits& limits) {
  return MarkerWalk(file, limits).run();
}

}  // namespace geond::imaging
