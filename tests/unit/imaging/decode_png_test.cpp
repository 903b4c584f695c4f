// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "geond/imaging/decode.hpp"
#include "pixel_checks.hpp"
#include "support/pictures.hpp"

using namespace std::string_literals;
namespace imaging = geond::imaging;
namespace support = geond::support;
using geond::test::is_about;
using support::bytes_of;

TEST_CASE("RGB and grey PNGs arrive as BGR to the digit") {
  const auto colour = imaging::decode(bytes_of(support::make_png(support::quarters(64, 48))));
  REQUIRE(colour.has_value());
  CHECK(is_about(colour->pixels, 5, 5, 0, 0, 255, 0));
  CHECK(is_about(colour->pixels, 60, 5, 0, 255, 0, 0));
  const auto grey = imaging::decode(bytes_of(support::make_png(support::plain(7, 5, {93}))));
  REQUIRE(grey.has_value());
  CHECK(is_about(grey->pixels, 3, 2, 93, 93, 93, 0));
}

TEST_CASE("what is transparent lies on white") {
  struct Row {
    std::vector<std::uint8_t> colour;
    int blue, green, red;
  };
  for (const Row& row : {
           Row{{10, 20, 30, 255}, 30, 20, 10},
           Row{{10, 20, 30, 0}, 255, 255, 255},
           Row{{0, 0, 0, 128}, 127, 127, 127},
           Row{{40, 255}, 40, 40, 40},
           Row{{40, 0}, 255, 255, 255},
       }) {
    const auto image =
        imaging::decode(bytes_of(support::make_png(support::plain(4, 4, row.colour))));
    REQUIRE(image.has_value());
    CHECK(is_about(image->pixels, 1, 1, row.blue, row.green, row.red, 1));
  }
}

TEST_CASE("palettes, with and without transparency") {
  const std::string palette = support::png_chunk("PLTE", "\x0A\x14\x1E\xFF\0\0"s);
  const std::string rows = "\0\x40"s + "\0\x80"s;  // 2 bits a pixel: 1 0 0 0 / 2 would be invalid
  const auto plain = imaging::decode(
      bytes_of(support::make_raw_png(4, 1, 2, 3, false, rows.substr(0, 2), palette)));
  REQUIRE(plain.has_value());
  CHECK(is_about(plain->pixels, 0, 0, 0, 0, 255, 0));
  CHECK(is_about(plain->pixels, 1, 0, 0x1E, 0x14, 0x0A, 0));
  const std::string clear = palette + support::png_chunk("tRNS", "\0"s);
  const auto transparent =
      imaging::decode(bytes_of(support::make_raw_png(4, 1, 2, 3, false, rows.substr(0, 2), clear)));
  REQUIRE(transparent.has_value());
  CHECK(is_about(transparent->pixels, 1, 0, 255, 255, 255, 0));
  CHECK(is_about(transparent->pixels, 0, 0, 0, 0, 255, 0));
}

TEST_CASE("a colour may be declared transparent") {
  const std::string clear = support::png_chunk("tRNS", "\0\x0A\0\x14\0\x1E"s);
  const auto image = imaging::decode(
      bytes_of(support::make_raw_png(2, 1, 8, 2, false, "\0\x0A\x14\x1E\x0B\x14\x1E"s, clear)));
  REQUIRE(image.has_value());
  CHECK(is_about(image->pixels, 0, 0, 255, 255, 255, 0));
  CHECK(is_about(image->pixels, 1, 0, 0x1E, 0x14, 0x0B, 0));
}

TEST_CASE("16-bit samples keep their high byte, 1-bit ones become black and white") {
  const auto deep = imaging::decode(
      bytes_of(support::make_raw_png(1, 1, 16, 2, false, "\0\x12\x34\x56\x78\x9A\xBC"s)));
  REQUIRE(deep.has_value());
  CHECK(is_about(deep->pixels, 0, 0, 0x9A, 0x56, 0x12, 1));
  const auto grey =
      imaging::decode(bytes_of(support::make_raw_png(1, 1, 16, 0, false, "\0\x80\0"s)));
  REQUIRE(grey.has_value());
  CHECK(is_about(grey->pixels, 0, 0, 0x80, 0x80, 0x80, 1));
  const auto alpha =
      imaging::decode(bytes_of(support::make_raw_png(1, 1, 16, 4, false, "\0\0\0\0\0"s)));
  REQUIRE(alpha.has_value());
  CHECK(is_about(alpha->pixels, 0, 0, 255, 255, 255, 0));
  const auto bits = imaging::decode(bytes_of(support::make_raw_png(2, 1, 1, 0, false, "\0\x80"s)));
  REQUIRE(bits.has_value());
  CHECK(is_about(bits->pixels, 0, 0, 255, 255, 255, 0));
  CHECK(is_about(bits->pixels, 1, 0, 0, 0, 0, 0));
}

namespace {

/// The scanlines of an interlaced grey picture (Adam7) whose value at (x, y) is 16 y + x.
std::string interlaced_ramp(int width, int height) {
  constexpr int kStartX[] = {0, 4, 0, 2, 0, 1, 0};
  constexpr int kStartY[] = {0, 0, 4, 0, 2, 0, 1};
  constexpr int kStepX[] = {8, 8, 4, 4, 2, 2, 1};
  constexpr int kStepY[] = {8, 8, 8, 4, 4, 2, 2};
  std::string rows;
  for (int pass = 0; pass < 7; ++pass) {
    if (kStartX[pass] >= width) continue;
    for (int y = kStartY[pass]; y < height; y += kStepY[pass]) {
      rows += '\0';
      for (int x = kStartX[pass]; x < width; x += kStepX[pass]) {
        rows += static_cast<char>(16 * y + x);
      }
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("an interlaced PNG is the picture it would be without interlacing") {
  for (const auto& [width, height] : {std::pair{11, 13}, {1, 1}, {3, 2}, {8, 8}, {16, 15}}) {
    CAPTURE(width);
    const std::string file =
        support::make_raw_png(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                              8, 0, true, interlaced_ramp(width, height));
    const auto image = imaging::decode(bytes_of(file));
    REQUIRE(image.has_value());
    bool all_right = true;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int value = 16 * y + x;
        all_right = all_right && is_about(image->pixels, x, y, value, value, value, 0);
      }
    }
    CHECK(all_right);
  }
}

TEST_CASE("200 zTXt chunks that would inflate to gigabytes cost nothing") {
  std::string chunks;
  for (int index = 0; index < 200; ++index) {
    chunks += support::png_chunk("zTXt", "k\0\0"s + std::string(50'000, 'x'));
  }
  const std::string file = support::make_raw_png(1, 1, 8, 0, false, "\0\x11"s, chunks);
  const auto before = std::clock();
  CHECK(imaging::decode(bytes_of(file)).has_value());
  CHECK(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC < 0.5);
}

TEST_CASE("a PNG whose data is wrong is broken, not a picture") {
  std::string damaged = support::make_png(support::room(64, 64));
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  const auto wrong = imaging::decode(bytes_of(damaged));
  REQUIRE(wrong.has_error());
  CHECK(wrong.error().code() == "image_broken");
  const auto short_data =
      imaging::decode(bytes_of(support::make_raw_png(64, 64, 8, 0, false, "\0\0\0"s)));
  REQUIRE(short_data.has_error());
  CHECK(short_data.error().code() == "image_broken");
}

TEST_CASE("decoding a PNG stops when its share of time is used up") {
  imaging::ImageLimits limits;
  limits.max_decode_cpu = std::chrono::milliseconds(0);
  const auto image =
      imaging::decode(bytes_of(support::make_png(support::room(64, 64))), {}, limits);
  REQUIRE(image.has_error());
  CHECK(image.error().code() == "image_too_complex");
}
