// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <chrono>
#include <opencv2/core.hpp>
#include <string>

#include "byte_view.hpp"
#include "geond/imaging/decode.hpp"
#include "jpeg_codec.hpp"
#include "jpeg_structure.hpp"
#include "pixel_checks.hpp"
#include "support/pictures.hpp"

namespace imaging = geond::imaging;
namespace support = geond::support;
using geond::test::is_about;
using support::bytes_of;

TEST_CASE("a JPEG's colours arrive as BGR, whatever form it is stored in") {
  for (const bool progressive : {false, true}) {
    for (const bool subsampled : {false, true}) {
      CAPTURE(progressive);
      CAPTURE(subsampled);
      const std::string file = support::make_jpeg(
          support::quarters(128, 96), {.progressive = progressive, .subsampled = subsampled});
      const auto image = imaging::decode(bytes_of(file));
      REQUIRE(image.has_value());
      CHECK(image->pixels.type() == CV_8UC3);
      CHECK(image->upright == geond::geometry::ImageSize{128, 96});
      CHECK_FALSE(image->damaged);
      CHECK(is_about(image->pixels, 10, 10, 0, 0, 255));
      CHECK(is_about(image->pixels, 110, 10, 0, 255, 0));
      CHECK(is_about(image->pixels, 10, 80, 255, 0, 0));
      CHECK(is_about(image->pixels, 110, 80, 255, 255, 255));
    }
  }
}

TEST_CASE("a grey JPEG becomes grey BGR") {
  const auto image = imaging::decode(bytes_of(support::make_jpeg(support::plain(20, 10, {77}))));
  REQUIRE(image.has_value());
  CHECK(is_about(image->pixels, 5, 5, 77, 77, 77, 3));
}

TEST_CASE("CMYK and YCCK JPEGs become BGR") {
  for (const bool ycck : {false, true}) {
    CAPTURE(ycck);
    // Adobe's amounts of light: no cyan ink lacks (255), half the magenta, no yellow, no black.
    const std::string file =
        support::make_jpeg(support::plain(32, 32, {255, 128, 0, 200}), {.ycck = ycck});
    const auto image = imaging::decode(bytes_of(file));
    REQUIRE(image.has_value());
    CHECK(is_about(image->pixels, 9, 9, 0, 128 * 200 / 255, 200, 8));
  }
}

TEST_CASE("a CMYK JPEG that is not Adobe's holds amounts of ink") {
  std::string file = support::make_jpeg(support::plain(32, 32, {255, 128, 0, 200}));
  const std::size_t mark = file.find("\xFF\xEE");
  REQUIRE(mark != std::string::npos);
  constexpr std::size_t kAdobeSegment = 16;
  file.erase(mark, kAdobeSegment);
  const auto image = imaging::decode(bytes_of(file));
  REQUIRE(image.has_value());
  CHECK(is_about(image->pixels, 9, 9, 55, 127 * 55 / 255, 0, 8));
}

TEST_CASE("the smallest scale is chosen at which nothing is enlarged again") {
  struct Row {
    geond::geometry::ImageSize stored, fit;
    int divisor;
  };
  for (const Row& row : {
           Row{{5181, 3221}, {512, 384}, 8},
           Row{{4096, 3072}, {512, 384}, 8},
           Row{{4088, 3066}, {512, 384}, 4},
           Row{{1200, 1200}, {512, 384}, 2},
           Row{{640, 480}, {512, 384}, 1},
           Row{{100, 100}, {512, 384}, 1},
           Row{{5181, 3221}, {0, 0}, 1},
           Row{{20000, 10}, {512, 384}, 8},
       }) {
    CAPTURE(row.stored.width);
    CHECK(imaging::scale_divisor(row.stored, row.fit) == row.divisor);
  }
}

TEST_CASE("a scaled decoding keeps the full size and the picture") {
  const std::string file = support::make_jpeg(support::quarters(1600, 1203));
  const auto image = imaging::decode(bytes_of(file), {200, 150});
  REQUIRE(image.has_value());
  CHECK(image->upright == geond::geometry::ImageSize{1600, 1203});
  CHECK(image->pixels.cols == 200);
  CHECK(image->pixels.rows == 151);
  CHECK(is_about(image->pixels, 40, 30, 0, 0, 255));
  CHECK(is_about(image->pixels, 160, 30, 0, 255, 0));
}

TEST_CASE("leaving out scans that do not show at an eighth changes no pixel") {
  for (const bool subsampled : {false, true}) {
    const std::string file = support::make_jpeg(
        support::room(802, 603), {.quality = 60, .progressive = true, .subsampled = subsampled});
    const auto structure = imaging::read_jpeg_structure(bytes_of(file), {});
    REQUIRE(structure.has_value());
    const imaging::CpuBudget budget(std::chrono::seconds(5));
    for (const int divisor : {1, 2, 4, 8}) {
      CAPTURE(divisor);
      const auto parts = imaging::needed_parts(bytes_of(file), *structure, divisor);
      CHECK((parts.size() > 1) == (divisor == 8));
      auto whole = *structure;
      whole.progressive = false;  // then nothing is left out
      const auto few = imaging::decode_jpeg(bytes_of(file), *structure, divisor, {}, budget);
      const auto all = imaging::decode_jpeg(bytes_of(file), whole, divisor, {}, budget);
      REQUIRE(few.has_value());
      REQUIRE(all.has_value());
      CHECK(cv::norm(few->bgr, all->bgr, cv::NORM_INF) == 0);
    }
  }
}

TEST_CASE("a JPEG whose data ends early is refused; one that lacks only its end mark is not") {
  const std::string file = support::make_jpeg(support::room(320, 240));
  const auto without_mark = imaging::decode(bytes_of(file.substr(0, file.size() - 2)));
  REQUIRE(without_mark.has_value());
  CHECK_FALSE(without_mark->damaged);
  const auto half = imaging::decode(bytes_of(file.substr(0, file.size() / 2)));
  REQUIRE(half.has_error());
  CHECK(half.error().code() == "image_broken");
}

TEST_CASE("a progressive JPEG that ends early shows what it has after its first scan") {
  const std::string file = support::make_jpeg(support::room(320, 240), {.progressive = true});
  const auto late = imaging::decode(bytes_of(file.substr(0, file.size() * 3 / 4)));
  REQUIRE(late.has_value());
  CHECK(late->damaged);
  const std::size_t first_scan = file.find("\xFF\xDA");
  const auto early = imaging::decode(bytes_of(file.substr(0, first_scan + 40)));
  REQUIRE(early.has_error());
  CHECK(early.error().code() == "image_broken");
}

TEST_CASE("flaws within the data are passed over and said") {
  std::string file = support::make_jpeg(support::room(320, 240));
  // A restart mark where none belongs ends what the decoder takes for data, in the upper part.
  file.replace(file.find("\xFF\xDA") + 200, 2, "\xFF\xD3");
  const auto image = imaging::decode(bytes_of(file));
  REQUIRE(image.has_value());
  CHECK(image->upright == geond::geometry::ImageSize{320, 240});
  CHECK(image->damaged);
}

TEST_CASE("decoding stops when its share of time is used up") {
  imaging::ImageLimits limits;
  limits.max_decode_cpu = std::chrono::milliseconds(0);
  for (const bool progressive : {false, true}) {
    const std::string file =
        support::make_jpeg(support::room(640, 480), {.progressive = progressive});
    const auto image = imaging::decode(bytes_of(file), {}, limits);
    REQUIRE(image.has_error());
    CHECK(image.error().code() == "image_too_complex");
  }
}

TEST_CASE("a progressive picture that needs more memory than allowed is refused") {
  imaging::ImageLimits limits;
  limits.max_decoder_bytes = 1000 * 1000;
  const std::string file = support::make_jpeg(support::room(2000, 1500), {.progressive = true});
  const auto image = imaging::decode(bytes_of(file), {}, limits);
  REQUIRE(image.has_error());
  CHECK(image.error().code() == "image_too_large");
}
