// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "byte_view.hpp"
#include "failures.hpp"
#include "geond/imaging/image_info.hpp"

namespace geond::imaging {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kConvert = "Convert it to JPEG or PNG and send that.";
constexpr std::string_view kHeicRemedy =
    "Export it as JPEG; on an iPhone, Settings > Camera > Formats > Most Compatible makes the "
    "camera write JPEG.";

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::string_view name;
  std::string_view remedy = kConvert;
};

// Formats that people do send; each is refused by its name.
constexpr std::array kRefused{
    Signature{8, "WEBP"sv, "a WebP picture"},
    Signature{4, "ftypheic"sv, "a HEIC picture", kHeicRemedy},
    Signature{4, "ftypheix"sv, "a HEIC picture", kHeicRemedy},
    Signature{4, "ftyphevc"sv, "a HEIC sequence", kHeicRemedy},
    Signature{4, "ftypmif1"sv, "a HEIF picture", kHeicRemedy},
    Signature{4, "ftypmsf1"sv, "a HEIF sequence", kHeicRemedy},
    Signature{4, "ftypavif"sv, "an AVIF picture"},
    Signature{4, "ftypavis"sv, "an AVIF sequence"},
    Signature{4, "ftyp"sv, "a video", "Send a single frame as JPEG or PNG."},
    Signature{0, "GIF87a"sv, "a GIF"},
    Signature{0, "GIF89a"sv, "a GIF"},
    Signature{0, "II*\0"sv, "a TIFF or a camera's raw picture"},
    Signature{0, "MM\0*"sv, "a TIFF or a camera's raw picture"},
    Signature{0, "II+\0"sv, "a BigTIFF"},
    Signature{0, "MM\0+"sv, "a BigTIFF"},
    Signature{0, "BM"sv, "a BMP"},
    Signature{0, "\xFF\x0A"sv, "a JPEG XL picture"},
    Signature{0, "\0\0\0\x0CJXL "sv, "a JPEG XL picture"},
    Signature{0, "\0\0\0\x0CjP  "sv, "a JPEG 2000 picture"},
    Signature{0, "\xFF\x4F\xFF\x51"sv, "a JPEG 2000 picture"},
    Signature{0, "8BPS"sv, "a Photoshop document"},
    Signature{0, "\0\0\1\0"sv, "an icon (ICO)"},
    Signature{0, "%PDF"sv, "a PDF", "Export the page as JPEG or PNG and send that."},
    Signature{0, "<svg"sv, "an SVG drawing", "Render it as PNG and send that."},
    Signature{0, "<?xml"sv, "an XML document", "Send a JPEG or PNG file."},
    Signature{0, "PK\3\4"sv, "a ZIP archive", "Unpack it and send the pictures one by one."},
};

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1A\n"sv;

}  // namespace

std::string_view format_name(ImageFormat format) {
  return format == ImageFormat::jpeg ? "jpeg" : "png";
}

std::string_view media_type(ImageFormat format) {
  return format == ImageFormat::jpeg ? "image/jpeg" : "image/png";
}

core::Result<ImageFormat> recognise(Bytes leading) {
  if (leading.empty()) {
    return core::Error(core::ErrorKind::invalid_argument, "image_empty",
                       "The picture is empty: not a single byte came. Send a JPEG or PNG file.");
  }
  if (text_at(leading, 0, "\xFF\xD8\xFF")) return ImageFormat::jpeg;
  if (text_at(leading, 0, kPngSignature)) return ImageFormat::png;
  if (kPngSignature.size() > leading.size() && leading.size() > 1 &&
      std::memcmp(leading.data(), kPngSignature.data(), leading.size()) == 0) {
    return broken("the file ends within the first bytes of a PNG");
  }
  if (leading.size() == 2 && text_at(leading, 0, "\xFF\xD8")) {
    return broken("the file ends within the first bytes of a JPEG");
  }
  for (const Signature& refused : kRefused) {
    if (text_at(leading, refused.offset, refused.bytes)) {
      return unsupported(refused.name, refused.remedy);
    }
  }
  if (text_at(leading, 1, "PNG")) {
    return broken("its first bytes are those of a PNG that went through a text conversion");
  }
  return unsupported("neither a JPEG nor a PNG", "Send the bytes of a JPEG or PNG file.");
}

core::Error broken(std::string_view what, std::source_location where) {
  return core::Error(
      core::ErrorKind::unprocessable, "image_broken",
      fmt::format("The picture is broken: {}. Copy, download or export it again.", what), where);
}

core::Error unsupported(std::string_view what, std::string_view remedy,
                        std::source_location where) {
  return core::Error(core::ErrorKind::unsupported_media, "unsupported_format",
                     fmt::format("This is {}; geond reads JPEG and PNG. {}", what, remedy), where);
}

core::Error too_complex(std::string_view what, std::source_location where) {
  return core::Error(core::ErrorKind::unprocessable, "image_too_complex",
                     fmt::format("The picture takes too much work to read: {}. Save it again as a "
                                 "baseline (not progressive) JPEG.",
                                 what),
                     where);
}

core::Result<void> check_dimensions(std::uint32_t width, std::uint32_t height,
                                    const ImageLimits& limits) {
  if (width == 0 || height == 0) return broken("its width or height is zero");
  const auto longest = static_cast<std::int64_t>(std::max(width, height));
  // Unsigned: the product of two numbers of 32 bits has 64.
  const std::uint64_t pixels = std::uint64_t{width} * height;
  if (longest > limits.max_side || pixels > static_cast<std::uint64_t>(limits.max_pixels)) {
    return core::Error(
        core::ErrorKind::too_large, "image_too_large",
        fmt::format("The picture has {} x {} pixels; at most {} a side and {} in all are read. "
                    "Make it smaller.",
                    width, height, limits.max_side, limits.max_pixels));
  }
  return core::ok();
}

}  // namespace geond::imaging
