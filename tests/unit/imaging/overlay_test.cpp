// SPDX-License-Identifier: MIT
#include "geond/imaging/overlay.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <string>

#include "support/pictures.hpp"

namespace imaging = geond::imaging;
namespace support = geond::support;
using geond::geometry::Primitive;
using support::bytes_of;

TEST_CASE("an overlay draws each box in its class's colour, and nothing where there is none") {
  const std::string file = support::make_png(support::plain(400, 300, {0, 0, 0}));
  const std::vector<Primitive> primitives{{"cube", 0.9, {{200, 150}, 100, 60, 30}}};
  const auto overlay =
      imaging::render_overlay(bytes_of(file), primitives, imaging::ImageFormat::png);
  REQUIRE(overlay.has_value());
  CHECK(overlay->format == imaging::ImageFormat::png);
  const auto drawn = imaging::decode(bytes_of(overlay->bytes));
  REQUIRE(drawn.has_value());
  CHECK(drawn->pixels.size() == cv::Size(400, 300));
  const auto corner = geond::geometry::corners(primitives[0].box)[2];
  const cv::Rect about(static_cast<int>(corner.x) - 2, static_cast<int>(corner.y) - 2, 5, 5);
  CHECK(cv::norm(drawn->pixels(about), cv::NORM_INF) > 100);
  CHECK(cv::norm(drawn->pixels(cv::Rect(190, 145, 20, 10)), cv::NORM_INF) == 0);
  const auto empty = imaging::render_overlay(bytes_of(file), {}, imaging::ImageFormat::png);
  CHECK(cv::norm(imaging::decode(bytes_of(empty->bytes))->pixels, cv::NORM_INF) == 0);
}

TEST_CASE("an overlay and a thumbnail stand upright, are small, and carry no metadata") {
  const std::string file = support::make_jpeg(support::quarters(3000, 2000), {.orientation = 6});
  REQUIRE(file.find("Exif") != std::string::npos);
  for (const auto& [made, side] :
       {std::pair{imaging::render_overlay(bytes_of(file), {}), imaging::kOverlaySide},
        {imaging::render_thumbnail(bytes_of(file)), imaging::kThumbnailSide}}) {
    REQUIRE(made.has_value());
    CHECK(made->bytes.find("Exif") == std::string::npos);
    const auto info = imaging::inspect(bytes_of(made->bytes));
    REQUIRE(info.has_value());
    CHECK(info->upright.height == side);
    CHECK(std::abs(info->upright.width - side * 2 / 3) <= 1);
    CHECK(info->orientation == 1);
  }
  CHECK(imaging::inspect(
            bytes_of(
                imaging::render_overlay(bytes_of(file), {}, imaging::ImageFormat::jpeg, 0)->bytes))
            ->upright == geond::geometry::ImageSize{2000, 3000});
}

TEST_CASE("a small picture is not enlarged") {
  const std::string file = support::make_png(support::plain(30, 20, {9, 9, 9}));
  CHECK(imaging::inspect(bytes_of(imaging::render_thumbnail(bytes_of(file))->bytes))->upright ==
        geond::geometry::ImageSize{30, 20});
}

TEST_CASE("boxes that lie outside, are huge, or are no numbers do no harm") {
  const std::string file = support::make_png(support::plain(40, 30, {0, 0, 0}));
  const std::vector<Primitive> primitives{{"cube", 0.9, {{-1e12, 1e12}, 1e13, 5, 0}},
                                          {"куб", 0.9, {{20, 15}, 1e-9, 0, 89}},
                                          {"", 0.9, {{NAN, 15}, INFINITY, 0, 89}},
                                          {std::string(500, 'x'), 1, {{39, 29}, 500, 1, -90}}};
  CHECK(imaging::render_overlay(bytes_of(file), primitives).has_value());
}

TEST_CASE("a JPEG that outgrows its first buffer several times is whole") {
  cv::Mat noise(600, 800, CV_8UC3);
  cv::theRNG().state = 7;
  cv::randu(noise, 0, 256);
  const auto encoded = imaging::encode_jpeg(noise);
  REQUIRE(encoded.has_value());
  CHECK(encoded->bytes.size() > 200'000);
  const auto decoded = imaging::decode(bytes_of(encoded->bytes));
  REQUIRE(decoded.has_value());
  CHECK_FALSE(decoded->damaged);
  CHECK(decoded->upright == geond::geometry::ImageSize{800, 600});
}

TEST_CASE("what cannot be encoded is an error") {
  CHECK(imaging::encode_jpeg(cv::Mat()).error().code() == "encode_failed");
  CHECK(imaging::encode_png(cv::Mat(3, 3, CV_8UC1)).error().code() == "encode_failed");
  CHECK(imaging::encode_jpeg(cv::Mat(1, 65'501, CV_8UC3)).error().code() == "encode_failed");
}
