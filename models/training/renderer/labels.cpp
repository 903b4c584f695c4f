// SPDX-License-Identifier: MIT
#include "labels.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "outline.hpp"

namespace geond::rendering {
namespace {

constexpr size_t kFewestPixels = 30;
// A silhouette is drawn on a canvas this many times the picture's size: few reach further.
constexpr int kCanvas = 2;
// One that does is measured on a raster of so many cells each way over its bounds.
constexpr int kCells = 512;
// How far before a solid's own surface something must be to hide it.
constexpr float kDepthTolerance = 0.03f;
// The narrow end of a cone is at most, that of a cylinder at least this share of the wide one.
constexpr float kWidestCone = 0.7f, kNarrowestCylinder = 0.85f;
// A cone shows its side when at least this share of what is seen of it is no end.
constexpr float kSideSeen = 0.1f;

struct Silhouette {
  // Pixels, in the picture and outside.
  float covered = 0;
  // Of the covered pixels inside the picture: not hidden by anything, and among these the part's
  // own.
  int open = 0;
  int own = 0;
};

// Calls `cover` with column, row and inverse distance of each pixel of a triangle that lies within
// `width` x `height`.
template <typename Cover>
void fill(const Vector3& a, const Vector3& b, const Vector3& c, int width, int height,
          const Cover& cover) {
  const float area = (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
  if (std::fabs(area) < 1e-6f) return;
  const int x0 = std::max(0, static_cast<int>(std::floor(std::min({a.x(), b.x(), c.x()})))),
            x1 = std::min(width - 1, static_cast<int>(std::ceil(std::max({a.x(), b.x(), c.x()}))));
  const int y0 = std::max(0, static_cast<int>(std::floor(std::min({a.y(), b.y(), c.y()})))),
            y1 = std::min(height - 1, static_cast<int>(std::ceil(std::max({a.y(), b.y(), c.y()}))));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      const float px = static_cast<float>(x) + 0.5f, py = static_cast<float>(y) + 0.5f;
      const float u = ((b.x() - px) * (c.y() - py) - (b.y() - py) * (c.x() - px)) / area,
                  v = ((c.x() - px) * (a.y() - py) - (c.y() - py) * (a.x() - px)) / area,
                  w = 1 - u - v;
      if (u < -1e-4f || v < -1e-4f || w < -1e-4f) continue;
      cover(x, y, u / a.z() + v / b.z() + w / c.z());
    }
}

// How many pixels a projected solid would cover if the picture went on as far as it reaches.
float whole_area(const GeonSurface& seen) {
  Vector3 low = seen.points.front(), high = low;
  for (const Vector3& point : seen.points) {
    low = low.cwiseMin(point);
    high = high.cwiseMax(point);
  }
  const Vector3 cell = (high - low) / kCells;
  std::vector<Vector3> placed;
  for (const Vector3& point : seen.points)
    placed.push_back({(point.x() - low.x()) / cell.x(), (point.y() - low.y()) / cell.y(), 1});
  std::vector<uint8_t> covered(static_cast<size_t>(kCells) * kCells, 0);
  for (const auto& t : seen.triangles)
    fill(placed[t[0]], placed[t[1]], placed[t[2]], kCells, kCells,
         [&](int x, int y, float) { covered[static_cast<size_t>(y) * kCells + x] = 1; });
  const auto cells = std::count(covered.begin(), covered.end(), 1);
  return static_cast<float>(cells) * cell.x() * cell.y();
}

class SilhouetteCanvas {
 public:
  SilhouetteCanvas(const IdentityMap& map)
      : map_(map),
        width_(map.width * kCanvas),
        height_(map.height * kCanvas),
        depth_(static_cast<size_t>(width_) * height_, 0.0f) {}

  // Nothing where the solid reaches behind the camera.
  std::optional<Silhouette> measure(const Geon& geon, const Camera& camera, int part) {
    GeonSurface seen = tessellate(geon);
    for (Vector3& point : seen.points) {
      const auto place = camera.project(point);
      if (!place) return std::nullopt;
      point = *place +
              Vector3(static_cast<float>(map_.width) / 2, static_cast<float>(map_.height) / 2, 0);
    }
    low_x_ = low_y_ = 1 << 20;
    high_x_ = high_y_ = -1;
    for (const auto& t : seen.triangles)
      fill(seen.points[t[0]], seen.points[t[1]], seen.points[t[2]], width_, height_,
           [this](int x, int y, float inverse) { keep(x, y, inverse); });
    Silhouette result = count(part, kDepthTolerance * geon.diagonal() + 1);
    if (!holds(seen.points)) result.covered = std::max(result.covered, whole_area(seen));
    return result;
  }

 private:
  // Each pixel keeps the nearest distance (as its inverse).
  void keep(int x, int y, float inverse) {
    float& kept = depth_[static_cast<size_t>(y) * width_ + x];
    kept = std::max(kept, inverse);
    low_x_ = std::min(low_x_, x);
    high_x_ = std::max(high_x_, x);
    low_y_ = std::min(low_y_, y);
    high_y_ = std::max(high_y_, y);
  }

  bool holds(const std::vector<Vector3>& points) const {
    return std::all_of(points.begin(), points.end(), [this](const Vector3& point) {
      return point.x() >= 0 && point.y() >= 0 && point.x() <= static_cast<float>(width_) &&
             point.y() <= static_cast<float>(height_);
    });
  }

  Silhouette count(int part, float tolerance) {
    Silhouette result;
    for (int y = low_y_; y <= high_y_; ++y)
      for (int x = low_x_; x <= high_x_; ++x) {
        float& inverse = depth_[static_cast<size_t>(y) * width_ + x];
        if (inverse <= 0) continue;
        const float own_distance = 1 / inverse;
        inverse = 0;
        ++result.covered;
        const int column = x - map_.width / 2, row = y - map_.height / 2;
        if (column < 0 || row < 0 || column >= map_.width || row >= map_.height) continue;
        const size_t index = static_cast<size_t>(row) * map_.width + column;
        const bool is_own = map_.part[index] == part;
        if (!is_own && map_.distance[index] < own_distance - tolerance) continue;
        ++result.open;
        result.own += is_own;
      }
    return result;
  }

  const IdentityMap& map_;
  int width_, height_;
  std::vector<float> depth_;
  int low_x_ = 0, low_y_ = 0, high_x_ = 0, high_y_ = 0;
};

float cross(const Vector2& o, const Vector2& a, const Vector2& b) {
  return (a.x() - o.x()) * (b.y() - o.y()) - (a.y() - o.y()) * (b.x() - o.x());
}

// Andrew's monotone chain.
std::vector<Vector2> convex_hull(std::vector<Vector2> points) {
  std::sort(points.begin(), points.end(), [](const Vector2& a, const Vector2& b) {
    return a.x() < b.x() || (a.x() == b.x() && a.y() < b.y());
  });
  std::vector<Vector2> hull;
  for (int pass = 0; pass < 2; ++pass) {
    const size_t start = hull.size();
    for (const Vector2& point : points) {
      while (hull.size() >= start + 2 && cross(hull[hull.size() - 2], hull.back(), point) <= 0)
        hull.pop_back();
      hull.push_back(point);
    }
    hull.pop_back();
    std::reverse(points.begin(), points.end());
  }
  return hull;
}

// Sets the label's box to the tightest one around the points along `along`; returns its area.
float fit_box(const std::vector<Vector2>& points, const Vector2& along, ObjectLabel& label) {
  const Vector2 across(-along.y(), along.x());
  float low_u = 1e30f, high_u = -1e30f, low_v = 1e30f, high_v = -1e30f;
  for (const Vector2& point : points) {
    low_u = std::min(low_u, point.dot(along));
    high_u = std::max(high_u, point.dot(along));
    low_v = std::min(low_v, point.dot(across));
    high_v = std::max(high_v, point.dot(across));
  }
  const Vector2 centre = along * (low_u + high_u) / 2 + across * (low_v + high_v) / 2;
  label.x = centre.x();
  label.y = centre.y();
  label.width = high_u - low_u;
  label.height = high_v - low_v;
  label.angle = std::atan2(along.y(), along.x());
  return label.width * label.height;
}

void fit_least_area(const std::vector<Vector2>& hull, ObjectLabel& label) {
  float best = fit_box(hull, Vector2::UnitX(), label);
  for (size_t i = 0; i < hull.size(); ++i) {
    const Vector2 side = hull[(i + 1) % hull.size()] - hull[i];
    if (side.norm() < 1e-6f) continue;
    ObjectLabel candidate = label;
    const float area = fit_box(hull, side.normalized(), candidate);
    if (area >= best * 0.999f) continue;
    best = area;
    label = candidate;
  }
}

// Along the projected axis; none where the cone is seen along it.
std::optional<Vector2> cone_direction(const Geon& geon, const Camera& camera) {
  const auto low = camera.project(geon.to_world(Vector3(0, -0.9f, 0))),
             high = camera.project(geon.to_world(Vector3(0, 0.9f, 0)));
  if (!low || !high) return std::nullopt;
  const Vector2 axis = (*high - *low).head<2>();
  if (axis.norm() < 3) return std::nullopt;
  return axis.normalized();
}

// Whether a cone's pixels show little more than its wide end, a disc: it hides the rest, or the
// picture's edge and other things do.
bool shows_only_wide_end(const Geon& geon, const Camera& camera, const std::vector<int>& pixels,
                         int width) {
  const float side = geon.top_radius < geon.bottom_radius ? -1.0f : 1.0f;
  const Vector3 towards_wide_end = geon.axes.col(1) * side;
  const Vector3 to_disc = geon.to_world(Vector3(0, side, 0)) - camera.eye();
  const float distance = to_disc.dot(towards_wide_end);
  if (distance >= 0) return false;
  const Vector3 radii = geon.half * std::max(geon.bottom_radius, geon.top_radius);
  const auto of_disc = std::count_if(pixels.begin(), pixels.end(), [&](int pixel) {
    const Vector3 ray = camera.direction(static_cast<float>(pixel % width) + 0.5f,
                                         static_cast<float>(pixel / width) + 0.5f);
    const float along = ray.dot(towards_wide_end);
    if (along >= 0) return false;
    const Vector3 place = geon.axes.transpose() * (ray * (distance / along) - to_disc);
    return Vector2(place.x() / radii.x(), place.z() / radii.z()).squaredNorm() <= 1;
  });
  return static_cast<float>(of_disc) > (1 - kSideSeen) * static_cast<float>(pixels.size());
}

bool tells_its_class(const Geon& geon, const Camera& camera, const std::vector<int>& pixels,
                     int width) {
  const float taper =
      std::min(geon.bottom_radius, geon.top_radius) / std::max(geon.bottom_radius, geon.top_radius);
  if (geon.geon_class == GeonClass::kCylinder) return taper >= kNarrowestCylinder;
  if (geon.geon_class != GeonClass::kCone) return true;
  return taper <= kWidestCone && !shows_only_wide_end(geon, camera, pixels, width);
}

std::vector<Vector2> pixel_corners(const std::vector<int>& pixels, int width) {
  std::vector<Vector2> corners;
  corners.reserve(4 * pixels.size());
  for (int pixel : pixels) {
    const auto x = static_cast<float>(pixel % width), y = static_cast<float>(pixel / width);
    for (int k = 0; k < 4; ++k)
      corners.push_back(Vector2(x + static_cast<float>(k & 1), y + static_cast<float>(k >> 1)));
  }
  return corners;
}

}  // namespace

std::vector<ObjectLabel> label_objects(const Scene& scene, const Camera& camera,
                                       const IdentityMap& map, const std::vector<uint8_t>& rgb) {
  const std::map<int, float> outlined = outlined_shares(map, rgb);
  std::map<int, std::vector<int>> pixels_by_part;
  for (size_t i = 0; i < map.part.size(); ++i)
    if (map.part[i] > 0) pixels_by_part[map.part[i]].push_back(static_cast<int>(i));
  SilhouetteCanvas canvas(map);
  std::vector<ObjectLabel> labels;
  for (const auto& [number, pixels] : pixels_by_part) {
    const Part& part = scene.part(number);
    if (part.role != PartRole::kGeon || pixels.size() < kFewestPixels) continue;
    const Geon geon = scene.instance_of(number).world_geon(part.geon);
    ObjectLabel label;
    label.geon_class = geon.geon_class;
    label.clear = tells_its_class(geon, camera, pixels, map.width);
    if (const auto share = outlined.find(number); share != outlined.end())
      label.outlined = share->second;
    const auto hull = convex_hull(pixel_corners(pixels, map.width));
    const auto axis =
        geon.geon_class == GeonClass::kCone ? cone_direction(geon, camera) : std::nullopt;
    if (geon.geon_class == GeonClass::kSphere)
      fit_box(hull, Vector2::UnitX(), label);
    else if (axis)
      fit_box(hull, *axis, label);
    else
      fit_least_area(hull, label);
    if (const auto silhouette = canvas.measure(geon, camera, number)) {
      const auto seen = static_cast<float>(pixels.size());
      label.visible = std::min(1.0f, seen / std::max(1.0f, silhouette->covered));
      label.agreement = static_cast<float>(silhouette->own) /
                        (static_cast<float>(silhouette->open - silhouette->own) + seen);
    }
    labels.push_back(label);
  }
  return labels;
}

std::vector<uint8_t> label_mask(const Scene& scene, const IdentityMap& map) {
  std::vector<uint8_t> mask(map.part.size(), 0);
  for (size_t i = 0; i < mask.size(); ++i) {
    if (map.part[i] == 0) continue;
    const PartRole role = scene.part(map.part[i]).role;
    mask[i] = role == PartRole::kGeon ? 255 : role == PartRole::kUnsure ? 128 : 0;
  }
  return mask;
}

}  // namespace geond::rendering
