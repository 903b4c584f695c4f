// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "geond/imaging/decode.hpp"
#include "geond/imaging/image_info.hpp"
#include "support/pictures.hpp"

using namespace std::string_literals;
namespace imaging = geond::imaging;
namespace support = geond::support;
using support::bytes_of;

namespace {

std::string replaced(std::string text, std::size_t at, const std::string& with) {
  return text.replace(at, with.size(), with);
}

/// A JPEG whose frame header says something else: `offset` counts from the frame's marker.
std::string with_frame(std::string jpeg, std::size_t offset, const std::string& with) {
  const std::size_t frame = jpeg.find("\xFF\xC0");
  return replaced(std::move(jpeg), frame + offset, with);
}

/// The file with its scans written again and again.
std::string with_scans(const std::string& jpeg, int count) {
  const std::size_t first = jpeg.find("\xFF\xDA");
  const std::string scans = jpeg.substr(first, jpeg.size() - 2 - first);
  std::string file = jpeg.substr(0, first);
  for (int index = 0; index < count; ++index) file += scans;
  return file + "\xFF\xD9";
}

const std::string kJpeg = support::make_jpeg(support::quarters(64, 48));
const std::string kPng = support::make_png(support::quarters(64, 48));

}  // namespace

TEST_CASE("a good file tells its format and size") {
  const auto jpeg = imaging::inspect(bytes_of(kJpeg));
  REQUIRE(jpeg.has_value());
  CHECK(jpeg->format == imaging::ImageFormat::jpeg);
  CHECK(jpeg->upright == geond::geometry::ImageSize{64, 48});
  CHECK(jpeg->orientation == 1);
  const auto png = imaging::inspect(bytes_of(kPng));
  REQUIRE(png.has_value());
  CHECK(png->format == imaging::ImageFormat::png);
  CHECK(png->stored == geond::geometry::ImageSize{64, 48});
  CHECK(imaging::format_name(png->format) == "png");
  CHECK(imaging::media_type(jpeg->format) == "image/jpeg");
}

TEST_CASE("other formats are refused by name, with what to do") {
  struct Row {
    std::string bytes;
    const char* named;
  };
  for (const Row& row : {
           Row{"RIFF\x10\0\0\0WEBPVP8 "s, "WebP"},
           Row{"\0\0\0\x18"
               "ftypheic\0\0\0\0"s,
               "HEIC"},
           Row{"\0\0\0\x18"
               "ftypmif1\0\0\0\0"s,
               "HEIF"},
           Row{"\0\0\0\x18"
               "ftypavif\0\0\0\0"s,
               "AVIF"},
           Row{"\0\0\0\x18"
               "ftypisom\0\0\0\0"s,
               "video"},
           Row{"GIF89a\1\0\1\0"s, "GIF"},
           Row{"II*\0\x08\0\0\0"s, "TIFF"},
           Row{"MM\0*\0\0\0\x08"s, "TIFF"},
           Row{"BM\x36\0\0\0"s, "BMP"},
           Row{"\xFF\x0A\0\0"s, "JPEG XL"},
           Row{"\0\0\0\x0CjP  \r\n"s, "JPEG 2000"},
           Row{"%PDF-1.7"s, "PDF"},
           Row{"<svg xmlns="s, "SVG"},
           Row{"PK\3\4"s, "ZIP"},
           Row{"8BPS\0\1"s, "Photoshop"},
           Row{"hello, world"s, "neither a JPEG nor a PNG"},
           Row{"x"s, "neither a JPEG nor a PNG"},
           Row{std::string(4096, '\0'), "neither a JPEG nor a PNG"},
       }) {
    CAPTURE(row.named);
    const auto info = imaging::inspect(bytes_of(row.bytes));
    REQUIRE(info.has_error());
    CHECK(info.error().code() == "unsupported_format");
    CHECK(info.error().kind() == geond::core::ErrorKind::unsupported_media);
    CHECK(info.error().detail().find(row.named) != std::string::npos);
    // As many bytes as a caller looks at beforehand give the same answer.
    CHECK(imaging::recognise(bytes_of(row.bytes.substr(0, imaging::kRecognisableBytes)))
              .error()
              .detail() == info.error().detail());
  }
}

TEST_CASE("broken and oversized files are refused before a pixel is decoded") {
  const std::string header_only = kPng.substr(0, 33);
  const std::string ihdr = support::png_chunk("IHDR", "\0\0\0\1\0\0\0\1\x08\2\0\0\0"s);
  struct Row {
    const char* name;
    std::string bytes;
    const char* code;
  };
  const std::vector<Row> rows{
      {"nothing", "", "image_empty"},
      {"two bytes of JPEG", kJpeg.substr(0, 2), "image_broken"},
      {"four bytes of PNG", kPng.substr(0, 4), "image_broken"},
      {"a PNG that lost its carriage return", "\x89PNG\n\x1A\n\0"s + kPng.substr(8),
       "image_broken"},
      {"JPEG without a frame", "\xFF\xD8\xFF\xD9"s, "image_broken"},
      {"JPEG cut within its headers", kJpeg.substr(0, 100), "image_broken"},
      {"JPEG cut before its pixels", kJpeg.substr(0, kJpeg.find("\xFF\xDA")), "image_broken"},
      {"JPEG segment of length 0", "\xFF\xD8\xFF\xE0\0\0"s + kJpeg.substr(2), "image_broken"},
      {"JPEG of height 0", with_frame(kJpeg, 5, "\0\0"s), "image_broken"},
      {"JPEG of width 0", with_frame(kJpeg, 7, "\0\0"s), "image_broken"},
      {"JPEG of impossible sampling", with_frame(kJpeg, 11, "\0"s), "image_broken"},
      {"JPEG of 65500 x 65500", with_frame(kJpeg, 5, "\xFF\xDC\xFF\xDC"s), "image_too_large"},
      {"JPEG of 32000 x 32000", with_frame(kJpeg, 5, "\x7D\0\x7D\0"s), "image_too_large"},
      {"JPEG of 20001 x 1", with_frame(kJpeg, 5, "\0\1\x4E\x21"s), "image_too_large"},
      {"12-bit JPEG", with_frame(kJpeg, 4, "\x0C"s), "unsupported_format"},
      {"lossless JPEG", with_frame(kJpeg, 1, "\xC3"s), "unsupported_format"},
      {"arithmetic JPEG", with_frame(kJpeg, 1, "\xC9"s), "unsupported_format"},
      {"JPEG of 2 channels", with_frame(kJpeg, 9, "\x02"s), "unsupported_format"},
      {"JPEG of 2,000 scans", with_scans(kJpeg, 2000), "image_too_complex"},
      {"JPEG of 101 scans", with_scans(kJpeg, 101), "image_too_complex"},
      {"PNG with a header only", header_only, "image_broken"},
      {"PNG without pixels", header_only + support::png_chunk("IEND", ""), "image_broken"},
      {"PNG cut within its pixels", kPng.substr(0, kPng.size() - 20), "image_broken"},
      {"PNG chunk longer than the file, 57 bytes", header_only + "\x40\0\0\0IDATxxxxxxxxxxxxxxxx"s,
       "image_broken"},
      {"PNG chunk of 4 GB", header_only + "\xFF\xFF\xFF\xFFIDATxxxxxxxx"s, "image_broken"},
      {"PNG that begins with its data",
       kPng.substr(0, 8) + support::png_chunk("IDAT", "x") + kPng.substr(8), "image_broken"},
      {"PNG with two headers", kPng.substr(0, 8) + ihdr + kPng.substr(8), "image_broken"},
      {"PNG of bit depth 3", replaced(kPng, 24, "\x03"), "image_broken"},
      {"PNG of colour type 5", replaced(kPng, 25, "\x05"), "image_broken"},
      {"PNG of width 0", replaced(kPng, 16, "\0\0\0\0"s), "image_broken"},
      {"PNG of 4 billion a side", replaced(kPng, 16, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
       "image_too_large"},
      {"PNG just over 50 megapixels", replaced(kPng, 16, "\0\0\x1B\xA0\0\0\x1B\x9F"s),
       "image_too_large"},
      {"palette PNG without palette", support::make_raw_png(1, 1, 8, 3, false, "\0\0"s),
       "image_broken"},
      {"PNG with an unknown critical chunk",
       support::make_raw_png(1, 1, 8, 0, false, "\0\0"s, support::png_chunk("ABCD", "")),
       "image_broken"},
      {"PNG whose data lies in pieces",
       kPng.substr(0, kPng.size() - 12) + support::png_chunk("tEXt", "") +
           support::png_chunk("IDAT", "") + support::png_chunk("IEND", ""),
       "image_broken"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    const auto info = imaging::inspect(bytes_of(row.bytes));
    REQUIRE(info.has_error());
    CHECK(info.error().code() == row.code);
    CHECK_FALSE(info.error().detail().empty());
    // The decoder asks the same question first.
    CHECK(imaging::decode(bytes_of(row.bytes)).error().code() == row.code);
  }
}

TEST_CASE("the limits are the caller's") {
  imaging::ImageLimits limits;
  limits.max_pixels = 64 * 48;
  CHECK(imaging::inspect(bytes_of(kJpeg), limits).has_value());
  limits.max_pixels -= 1;
  CHECK(imaging::inspect(bytes_of(kJpeg), limits).error().code() == "image_too_large");
  limits = {};
  limits.max_side = 63;
  CHECK(imaging::inspect(bytes_of(kPng), limits).error().code() == "image_too_large");
}

TEST_CASE("larger pictures may cost more in proportion") {
  constexpr imaging::ImageLimits kUsual;
  constexpr auto kSmall = imaging::ImageLimits::of(1'000'000, 500);
  CHECK(kSmall.max_pixels == 1'000'000);
  CHECK(kSmall.max_side == 500);
  CHECK(kSmall.max_decoder_bytes == kUsual.max_decoder_bytes);
  CHECK(kSmall.max_decode_cpu == kUsual.max_decode_cpu);
  constexpr auto kLarge = imaging::ImageLimits::of(4 * kUsual.max_pixels, 40'000);
  CHECK(kLarge.max_decode_cpu == 4 * kUsual.max_decode_cpu);
  CHECK(static_cast<double>(kLarge.max_decoder_bytes) ==
        doctest::Approx(4.0 * static_cast<double>(kUsual.max_decoder_bytes)).epsilon(1e-5));
}

TEST_CASE("every way of cutting a good file short gives an answer, never a fault") {
  constexpr geond::geometry::ImageSize kSize{64, 48};
  for (const std::string& file :
       {kJpeg, kPng, support::make_jpeg(support::quarters(64, 48), {.progressive = true})}) {
    for (std::size_t size = 0; size < file.size(); size += 3) {
      CAPTURE(size);
      const std::string cut = file.substr(0, size);
      const auto info = imaging::inspect(bytes_of(cut));
      const auto picture = imaging::decode(bytes_of(cut), {16, 16});
      // What lacks its last pixels may be taken, but for no other picture.
      if (info) CHECK(info->upright == kSize);
      if (!info) CHECK_FALSE(info.error().detail().empty());
      if (picture) CHECK(picture->upright == kSize);
      if (!picture) CHECK_FALSE(picture.error().detail().empty());
      if (!info) CHECK(picture.has_error());
    }
  }
}
