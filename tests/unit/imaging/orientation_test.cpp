// SPDX-License-Identifier: MIT
#include "orientation.hpp"

#include <doctest/doctest.h>

#include <string>

#include "geond/imaging/decode.hpp"
#include "geond/imaging/image_info.hpp"
#include "pixel_checks.hpp"
#include "support/pictures.hpp"

namespace imaging = geond::imaging;
namespace support = geond::support;
using geond::test::is_about;
using support::bytes_of;

namespace {

/// r, g, b or w: the colour about a pixel.
char colour_at(const cv::Mat& pixels, int x, int y) {
  if (is_about(pixels, x, y, 0, 0, 255, 30)) return 'r';
  if (is_about(pixels, x, y, 0, 255, 0, 30)) return 'g';
  if (is_about(pixels, x, y, 255, 0, 0, 30)) return 'b';
  return is_about(pixels, x, y, 255, 255, 255, 30) ? 'w' : '?';
}

/// The quarters' colours: top left, top right, bottom left, bottom right.
std::string corners_of(const cv::Mat& pixels) {
  const int right = pixels.cols - 5;
  const int bottom = pixels.rows - 5;
  return {colour_at(pixels, 4, 4), colour_at(pixels, right, 4), colour_at(pixels, 4, bottom),
          colour_at(pixels, right, bottom)};
}

}  // namespace

TEST_CASE("each of the eight EXIF orientations is turned upright, in JPEG and PNG") {
  // Stored as r g / b w; EXIF 2.32, table 6, tells where row 0 and column 0 belong.
  const char* const expected[] = {"rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    CAPTURE(orientation);
    const bool lies = orientation >= 5;
    for (const std::string& file :
         {support::make_jpeg(support::quarters(128, 96), {.orientation = orientation}),
          support::make_png(support::quarters(128, 96), orientation)}) {
      const auto info = imaging::inspect(bytes_of(file));
      REQUIRE(info.has_value());
      CHECK(info->orientation == orientation);
      CHECK(info->upright.width == (lies ? 96 : 128));
      const auto image = imaging::decode(bytes_of(file));
      REQUIRE(image.has_value());
      CHECK(image->pixels.cols == info->upright.width);
      CHECK(image->pixels.rows == info->upright.height);
      CHECK(corners_of(image->pixels) == expected[orientation - 1]);
    }
  }
}

TEST_CASE("a scaled decoding fits the frame as the picture stands upright") {
  const std::string file = support::make_jpeg(support::quarters(1600, 1200), {.orientation = 6});
  const auto image = imaging::decode(bytes_of(file), {150, 200});
  REQUIRE(image.has_value());
  CHECK(image->upright == geond::geometry::ImageSize{1200, 1600});
  CHECK(image->pixels.cols == 150);
  CHECK(image->pixels.rows == 200);
  CHECK(corners_of(image->pixels) == "brwg");
}

TEST_CASE("an EXIF block that is wrong leaves the picture as it is stored") {
  for (const std::string& block :
       {std::string(), std::string("II*\0", 4), std::string(200, '\xFF'), support::exif_block(0),
        support::exif_block(9), support::exif_block(6).substr(0, 12)}) {
    CHECK(imaging::read_orientation(bytes_of(block)) == 1);
  }
}
