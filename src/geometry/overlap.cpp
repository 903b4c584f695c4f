// SPDX-License-Identifier: MIT
#include "geond/geometry/overlap.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace geond::geometry {
namespace {

/// One step of Sutherland and Hodgman: keeps what has `inside` (a signed distance) >= 0.
template <class Distance>
std::vector<Point> clip_half_plane(std::span<const Point> polygon, Distance inside) {
  std::vector<Point> kept;
  kept.reserve(polygon.size() + 2);
  for (std::size_t index = 0; index < polygon.size(); ++index) {
    const Point& point = polygon[index];
    const Point& following = polygon[(index + 1) % polygon.size()];
    const double here = inside(point);
    const double there = inside(following);
    if (here >= 0) kept.push_back(point);
    if ((here > 0 && there < 0) || (here < 0 && there > 0)) {
      const double share = here / (here - there);
      kept.push_back(
          {point.x + (following.x - point.x) * share, point.y + (following.y - point.y) * share});
    }
  }
  return kept;
}

/// `point` as seen from the box: its top left corner is (0, 0), its width side the x axis.
Point in_frame_of(const RotatedBox& box, double cosine, double sine, Point point) {
  const double x = point.x - box.center.x;
  const double y = point.y - box.center.y;
  return {x * cosine + y * sine + box.width / 2, y * cosine - x * sine + box.height / 2};
}

double intersection(const RotatedBox& first, const RotatedBox& second) {
  const double radians = second.rotation * std::numbers::pi / 180;
  const double cosine = std::cos(radians);
  const double sine = std::sin(radians);
  std::array<Point, 4> local = corners(first);
  for (Point& corner : local) corner = in_frame_of(second, cosine, sine, corner);
  return polygon_area(clip_to_frame(local, second.width, second.height));
}

}  // namespace

double polygon_area(std::span<const Point> polygon) {
  double twice = 0;
  for (std::size_t index = 0; index < polygon.size(); ++index) {
    const Point& here = polygon[index];
    const Point& next = polygon[(index + 1) % polygon.size()];
    twice += here.x * next.y - next.x * here.y;
  }
  return std::abs(twice) / 2;
}

std::vector<Point> clip_to_frame(std::span<const Point> polygon, double width, double height) {
  std::vector<Point> part = clip_half_plane(polygon, [](const Point& p) { return p.x; });
  part = clip_half_plane(part, [width](const Point& p) { return width - p.x; });
  part = clip_half_plane(part, [](const Point& p) { return p.y; });
  part = clip_half_plane(part, [height](const Point& p) { return height - p.y; });
  if (part.size() < 3) part.clear();
  return part;
}

double intersection_over_union(const RotatedBox& first, const RotatedBox& second) {
  const double reach =
      (std::hypot(first.width, first.height) + std::hypot(second.width, second.height)) / 2;
  const double apart =
      std::hypot(first.center.x - second.center.x, first.center.y - second.center.y);
  if (apart >= reach) return 0;
  const double common = intersection(first, second);
  const double together = area(first) + area(second) - common;
  return together > 0 ? std::min(1.0, common / together) : 0;
}

}  // namespace geond::geometry
