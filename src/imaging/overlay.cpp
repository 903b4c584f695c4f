// SPDX-License-Identifier: MIT
#include "geond/imaging/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace geond::imaging {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr int kSubpixelBits = 4;

/// Colours that stay apart for the colour-blind (after Okabe and Ito 2008), as BGR.
constexpr std::array<std::array<std::uint8_t, 3>, 7> kColours{{{0, 159, 230},
                                                               {233, 180, 86},
                                                               {115, 158, 0},
                                                               {167, 121, 204},
                                                               {0, 94, 213},
                                                               {66, 228, 240},
                                                               {178, 114, 0}}};

cv::Scalar colour_of(std::string_view class_name) {
  constexpr std::array<std::string_view, 5> kKnown{"cone", "cube", "cylinder", "sphere", "torus"};
  const auto known = std::find(kKnown.begin(), kKnown.end(), class_name);
  auto at = static_cast<std::size_t>(known - kKnown.begin());
  if (known == kKnown.end()) {
    at = 0;
    for (const char letter : class_name) at = at * 31 + static_cast<unsigned char>(letter);
  }
  const auto& [blue, green, red] = kColours[at % kColours.size()];
  return {static_cast<double>(blue), static_cast<double>(green), static_cast<double>(red)};
}

std::string label_of(const geometry::Primitive& primitive) {
  std::string label;
  for (const char letter : primitive.class_name) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0) == 0x80) continue;  // the rest of a UTF-8 character
    label += byte >= 0x20 && byte < 0x7F ? letter : '?';
  }
  return fmt::format("{} {:.2f}", label, primitive.probability);
}

/// How the drawing looks at a picture's size.
struct Pen {
  int line = 1;
  double font = 0.4;
};

Pen pen_for(const cv::Mat& pixels) {
  const int side = std::max(pixels.cols, pixels.rows);
  return {std::clamp(side / 400, 1, 20), std::clamp(side / 1600.0, 0.35, 6.0)};
}

void draw_outline(cv::Mat& pixels, const geometry::RotatedBox& box, const cv::Scalar& colour,
                  const Pen& pen) {
  std::array<cv::Point, 4> points;
  const auto corners = geometry::corners(box);
  for (std::size_t index = 0; index < points.size(); ++index) {
    // Far outside nothing shows, and OpenCV's fixed point would overflow.
    const auto fixed = [](double value) {
      return static_cast<int>(std::lround(std::clamp(value, -1e5, 1e5) * (1 << kSubpixelBits)));
    };
    points[index] = {fixed(corners[index].x - 0.5), fixed(corners[index].y - 0.5)};
  }
  const int count = static_cast<int>(points.size());
  std::array<const cv::Point*, 1> lines{points.data()};
  cv::polylines(pixels, lines.data(), &count, 1, true, colour, pen.line, cv::LINE_AA,
                kSubpixelBits);
}

void draw_label(cv::Mat& pixels, const geometry::Primitive& primitive,
                const geometry::RotatedBox& box, const cv::Scalar& colour, const Pen& pen) {
  const std::string label = label_of(primitive);
  const int stroke = std::max(1, pen.line / 2);
  int below = 0;
  const cv::Size text = cv::getTextSize(label, kFont, pen.font, stroke, &below);
  const auto corners = geometry::corners(box);
  const auto top = *std::min_element(corners.begin(), corners.end(),
                                     [](const auto& a, const auto& b) { return a.y < b.y; });
  // Above the topmost corner, but within the picture.
  const int height = text.height + below + 2;
  const int x = std::clamp(static_cast<int>(std::clamp(top.x, -1e6, 1e6)), 0,
                           std::max(0, pixels.cols - text.width));
  const int y = std::clamp(static_cast<int>(std::clamp(top.y, -1e6, 1e6)) - height, 0,
                           std::max(0, pixels.rows - height));
  cv::rectangle(pixels, cv::Rect(x, y, text.width, height), colour, cv::FILLED);
  cv::putText(pixels, label, {x, y + text.height + 1}, kFont, pen.font, cv::Scalar(0, 0, 0), stroke,
              cv::LINE_AA);
}

bool is_drawable(const geometry::RotatedBox& box) {
  return std::isfinite(box.center.x) && std::isfinite(box.center.y) && std::isfinite(box.width) &&
         std::isfinite(box.height) && std::isfinite(box.rotation);
}

/// Decodes and shrinks so that no side is longer than `longest_side` (0: full size).
core::Result<DecodedImage> decode_within(std::span<const std::byte> file, int longest_side,
                                         const ImageLimits& limits) {
  core::Result<DecodedImage> image = decode(file, {longest_side, longest_side}, limits);
  if (!image || longest_side <= 0) return image;
  const double scale =
      static_cast<double>(longest_side) / std::max(image->upright.width, image->upright.height);
  if (scale >= 1) return image;
  const auto shrunk = [scale](int side) {
    return std::max(1, static_cast<int>(std::lround(side * scale)));
  };
  const cv::Size size(shrunk(image->upright.width), shrunk(image->upright.height));
  cv::Mat smaller;
  cv::resize(image->pixels, smaller, size, 0, 0, cv::INTER_AREA);
  image->pixels = smaller;
  return image;
}

}  // namespace

void draw_primitives(DecodedImage& image, std::span<const geometry::Primitive> primitives) {
  if (image.pixels.empty() || image.upright.width <= 0 || image.upright.height <= 0) return;
  const double scale_x = static_cast<double>(image.pixels.cols) / image.upright.width;
  const double scale_y = static_cast<double>(image.pixels.rows) / image.upright.height;
  const double scale = std::sqrt(scale_x * scale_y);
  const Pen pen = pen_for(image.pixels);
  const auto scaled = [&](geometry::RotatedBox box) {
    box.center = {box.center.x * scale_x, box.center.y * scale_y};
    box.width *= scale;
    box.height *= scale;
    return box;
  };
  // The most probable last, on top; labels above every outline.
  for (std::size_t left = primitives.size(); left > 0; --left) {
    const geometry::Primitive& primitive = primitives[left - 1];
    if (!is_drawable(primitive.box)) continue;
    draw_outline(image.pixels, scaled(primitive.box), colour_of(primitive.class_name), pen);
  }
  for (std::size_t left = primitives.size(); left > 0; --left) {
    const geometry::Primitive& primitive = primitives[left - 1];
    if (!is_drawable(primitive.box)) continue;
    draw_label(image.pixels, primitive, scaled(primitive.box), colour_of(primitive.class_name),
               pen);
  }
}

core::Result<EncodedImage> render_overlay(std::span<const std::byte> file,
                                          std::span<const geometry::Primitive> primitives,
                                          ImageFormat format, int longest_side,
                                          const ImageLimits& limits) {
  core::Result<DecodedImage> image = decode_within(file, longest_side, limits);
  if (!image) return image.error();
  draw_primitives(*image, primitives);
  return encode(image->pixels, format);
}

core::Result<EncodedImage> render_thumbnail(std::span<const std::byte> file,
                                            const ImageLimits& limits) {
  const core::Result<DecodedImage> image = decode_within(file, kThumbnailSide, limits);
  if (!image) return image.error();
  return encode_jpeg(image->pixels);
}

}  // namespace geond::imaging
