// SPDX-License-Identifier: MIT
#include "fitting.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

#include "embree.hpp"

namespace geond::rendering {
namespace {

constexpr float kWholeScore = 0.72f, kComponentScore = 0.72f, kLeastSilhouette = 0.8f;
constexpr float kConeScore = 0.75f, kConeSilhouette = 0.85f, kConeRatio = 0.75f;
constexpr float kConeOverCylinder = 0.08f, kConeOverCube = 0.05f;
constexpr float kDepthShare = 0.04f, kNormalCosine = 0.906f;
constexpr float kSmallestDiagonal = 4, kThinnest = 0.012f;
constexpr size_t kMostFits = 400;
constexpr size_t kMostHullPoints = 4000;

RTCDevice device() {
  static RTCDevice shared = rtcNewDevice("threads=1,set_affinity=0");
  return shared;
}

// Triangles that rays can be shot at.
class Target {
 public:
  Target(const std::vector<Vector3>& points, const std::vector<std::array<int, 3>>& triangles)
      : scene_(rtcNewScene(device())) {
    rtcSetSceneBuildQuality(scene_, RTC_BUILD_QUALITY_LOW);
    RTCGeometry geometry = rtcNewGeometry(device(), RTC_GEOMETRY_TYPE_TRIANGLE);
    auto* vertices = static_cast<float*>(rtcSetNewGeometryBuffer(
        geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, 12, points.size()));
    for (const Vector3& p : points)
      for (int k = 0; k < 3; ++k) *vertices++ = p[k];
    auto* indices = static_cast<unsigned*>(rtcSetNewGeometryBuffer(
        geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3, 12, triangles.size()));
    for (const auto& t : triangles)
      for (int corner : t) *indices++ = static_cast<unsigned>(corner);
    rtcCommitGeometry(geometry);
    rtcAttachGeometry(scene_, geometry);
    rtcReleaseGeometry(geometry);
    rtcCommitScene(scene_);
  }
  ~Target() { rtcReleaseScene(scene_); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  // Distance (negative: missed) and the face's normal.
  std::pair<float, Vector3> shoot(const Vector3& origin, const Vector3& direction) const {
    RTCRayHit ray{};
    ray.ray.org_x = origin.x();
    ray.ray.org_y = origin.y();
    ray.ray.org_z = origin.z();
    ray.ray.dir_x = direction.x();
    ray.ray.dir_y = direction.y();
    ray.ray.dir_z = direction.z();
    ray.ray.tfar = 1e30f;
    ray.ray.mask = 0xffffffffU;
    ray.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    RayQuery query;
    intersect(scene_, query, ray);
    if (ray.hit.geomID == RTC_INVALID_GEOMETRY_ID) return {-1, Vector3::Zero()};
    return {ray.ray.tfar, Vector3(ray.hit.Ng_x, ray.hit.Ng_y, ray.hit.Ng_z).normalized()};
  }

 private:
  RTCScene scene_;
};

struct Ray {
  Vector3 origin, direction, normal;
  float distance;
};

// Rays from around a box at what is in it, with what they hit.
std::vector<Ray> probe(const Target& target, const Geon& box, int directions, int grid) {
  static constexpr float kElevations[3] = {-12, 18, 42};
  std::vector<Ray> rays;
  const float radius = box.half.norm();
  for (int k = 0; k < directions; ++k) {
    const float elevation = kElevations[k % 3] * kPi / 180;
    const float azimuth = 2 * kPi *
                          (static_cast<float>(k / 3) + static_cast<float>(k % 3) / 3 + 0.13f) /
                          static_cast<float>(directions / 3);
    const Vector3 direction(-std::cos(elevation) * std::cos(azimuth), -std::sin(elevation),
                            -std::cos(elevation) * std::sin(azimuth));
    const Vector3 side = direction.cross(Vector3::UnitY()).normalized(), up = side.cross(direction);
    float half_side = 0, half_up = 0;
    for (int i = 0; i < 3; ++i) {
      half_side += std::fabs(side.dot(box.axes.col(i))) * box.half[i];
      half_up += std::fabs(up.dot(box.axes.col(i))) * box.half[i];
    }
    for (int y = 0; y < grid; ++y)
      for (int x = 0; x < grid; ++x) {
        const float u = 1.02f * (2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(grid) - 1),
                    v = 1.02f * (2 * (static_cast<float>(y) + 0.5f) / static_cast<float>(grid) - 1);
        Ray ray;
        ray.origin =
            box.centre + side * half_side * u + up * half_up * v - direction * (radius * 1.5f + 1);
        ray.direction = direction;
        std::tie(ray.distance, ray.normal) = target.shoot(ray.origin, direction);
        rays.push_back(ray);
      }
  }
  return rays;
}

void score(Fit& fit, const std::vector<Ray>& rays) {
  const GeonSurface surface = tessellate(fit.geon);
  const Target target(surface.points, surface.triangles);
  const float tolerance = kDepthShare * fit.geon.diagonal();
  int either = 0, both = 0, agree = 0;
  for (const Ray& ray : rays) {
    const auto [distance, normal] = target.shoot(ray.origin, ray.direction);
    if (distance < 0 && ray.distance < 0) continue;
    ++either;
    if (distance < 0 || ray.distance < 0) continue;
    ++both;
    agree += std::fabs(distance - ray.distance) < tolerance &&
             std::fabs(normal.dot(ray.normal)) > kNormalCosine;
  }
  fit.score = either ? static_cast<float>(agree) / static_cast<float>(either) : 0;
  fit.silhouette = either ? static_cast<float>(both) / static_cast<float>(either) : 0;
}

// Some triangles of a mesh with their own points.
struct Piece {
  std::vector<Vector3> points;
  std::vector<std::array<int, 3>> triangles;
  Matrix3 principal = Matrix3::Identity();
  std::vector<Vector3> face_directions;
};

Piece extract(const Mesh& mesh, const std::vector<int>& chosen) {
  Piece piece;
  std::unordered_map<int, int> numbers;
  std::vector<std::pair<float, Vector3>> faces;
  for (int index : chosen) {
    std::array<int, 3> corners;
    for (size_t k = 0; k < 3; ++k) {
      const int vertex = mesh.triangles[index].vertex[k];
      const auto [place, fresh] =
          numbers.try_emplace(vertex, static_cast<int>(piece.points.size()));
      if (fresh) piece.points.push_back(mesh.vertices[vertex]);
      corners[k] = place->second;
    }
    const Vector3 normal = (piece.points[corners[1]] - piece.points[corners[0]])
                               .cross(piece.points[corners[2]] - piece.points[corners[0]]);
    if (normal.norm() < 1e-9f) continue;
    piece.triangles.push_back(corners);
    faces.emplace_back(normal.norm(), normal.normalized());
  }
  Vector3 mean = Vector3::Zero();
  float total = 0;
  for (size_t i = 0; i < piece.triangles.size(); ++i)
    for (int corner : piece.triangles[i]) {
      mean += faces[i].first * piece.points[corner];
      total += faces[i].first;
    }
  if (total <= 0) return piece;
  mean /= total;
  Matrix3 spread = Matrix3::Zero();
  for (size_t i = 0; i < piece.triangles.size(); ++i)
    for (int corner : piece.triangles[i]) {
      const Vector3 offset = piece.points[corner] - mean;
      spread += faces[i].first * offset * offset.transpose();
    }
  piece.principal = Eigen::SelfAdjointEigenSolver<Matrix3>(spread).eigenvectors();
  std::sort(faces.begin(), faces.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0; i < std::min<size_t>(faces.size(), 200) && piece.face_directions.size() < 3;
       ++i) {
    const bool known =
        std::any_of(piece.face_directions.begin(), piece.face_directions.end(),
                    [&](const Vector3& d) { return std::fabs(d.dot(faces[i].second)) > 0.99f; });
    if (!known) piece.face_directions.push_back(faces[i].second);
  }
  return piece;
}

// The box around points in a frame.
Geon box_around(const std::vector<Vector3>& points, const Matrix3& axes) {
  Vector3 low = Vector3::Constant(1e30f), high = -low;
  for (const Vector3& p : points) {
    const Vector3 local = axes.transpose() * p;
    low = low.cwiseMin(local);
    high = high.cwiseMax(local);
  }
  Geon box;
  box.axes = axes;
  box.half = (high - low) / 2;
  box.centre = axes * ((high + low) / 2);
  return box;
}

// The box of least volume that has `axis` for an edge: turned about it in small steps.
Geon box_about_axis(const std::vector<Vector3>& points, const Vector3& axis) {
  const Vector3 side = axis.unitOrthogonal();
  Geon best;
  float best_volume = 1e30f;
  for (int step = 0; step < 30; ++step) {
    const Vector3 u = Eigen::AngleAxisf(static_cast<float>(step) * kPi / 60, axis) * side;
    Matrix3 axes;
    axes.col(0) = u;
    axes.col(1) = axis;
    axes.col(2) = u.cross(axis);
    const Geon box = box_around(points, axes);
    if (box.half.prod() < best_volume) {
      best_volume = box.half.prod();
      best = box;
    }
  }
  return best;
}

std::vector<Geon> candidate_boxes(const Piece& piece) {
  std::vector<Vector3> points = piece.points;
  if (points.size() > kMostHullPoints) {
    std::vector<Vector3> fewer;
    const size_t step = points.size() / kMostHullPoints + 1;
    for (size_t i = 0; i < points.size(); i += step) fewer.push_back(points[i]);
    points.swap(fewer);
  }
  std::vector<Geon> boxes = {box_around(points, Matrix3::Identity()),
                             box_about_axis(points, Vector3::UnitY()),
                             box_around(points, piece.principal)};
  for (const Vector3& direction : piece.face_directions)
    boxes.push_back(box_about_axis(points, direction));
  for (int i = 0; i < 3; ++i) boxes.push_back(box_about_axis(points, piece.principal.col(i)));
  std::sort(boxes.begin(), boxes.end(),
            [](const Geon& a, const Geon& b) { return a.half.prod() < b.half.prod(); });
  boxes.resize(std::min<size_t>(boxes.size(), 5));
  return boxes;
}

// The same box with another of its axes as column 1.
Geon with_axis(const Geon& box, int axis) {
  Geon turned = box;
  const int first = (axis + 2) % 3, last = (axis + 1) % 3;
  turned.axes.col(0) = box.axes.col(first);
  turned.axes.col(1) = box.axes.col(axis);
  turned.axes.col(2) = box.axes.col(last);
  turned.half = Vector3(box.half[first], box.half[axis], box.half[last]);
  return turned;
}

// Radii at both ends by a line through the outer points of ten slices; none where slices lack.
std::optional<std::pair<float, float>> end_radii(const Piece& piece, const Geon& box) {
  std::array<std::vector<float>, 10> slices;
  const auto note = [&](const Vector3& point) {
    const Vector3 local = box.axes.transpose() * (point - box.centre);
    const float radius = std::hypot(local.x() / box.half.x(), local.z() / box.half.z());
    slices[static_cast<size_t>(
               std::clamp(static_cast<int>((local.y() / box.half.y() + 1) * 5), 0, 9))]
        .push_back(radius);
  };
  for (const auto& t : piece.triangles)
    for (int i = 0; i <= 4; ++i)
      for (int j = 0; i + j <= 4; ++j) {
        const float u = static_cast<float>(i) / 4, v = static_cast<float>(j) / 4;
        note(piece.points[t[0]] * (1 - u - v) + piece.points[t[1]] * u + piece.points[t[2]] * v);
      }
  float count = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (size_t i = 0; i < slices.size(); ++i) {
    if (slices[i].size() < 6) continue;
    std::sort(slices[i].begin(), slices[i].end());
    const float x = -0.9f + 0.2f * static_cast<float>(i),
                y = slices[i][slices[i].size() * 85 / 100];
    count += 1;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  if (count < 4) return std::nullopt;
  const float slope = (count * sum_xy - sum_x * sum_y) / (count * sum_xx - sum_x * sum_x),
              level = (sum_y - slope * sum_x) / count;
  return std::pair{std::clamp(level - slope, 0.02f, 1.0f), std::clamp(level + slope, 0.02f, 1.0f)};
}

using BestByClass = std::map<GeonClass, Fit>;

void consider(BestByClass& best, Geon geon, GeonClass geon_class, const std::vector<Ray>& rays) {
  geon.geon_class = geon_class;
  Fit fit;
  fit.geon = geon;
  score(fit, rays);
  if (fit.score > best[geon_class].score) best[geon_class] = fit;
}

void consider_round(BestByClass& best, const Piece& piece, const Target& target, const Geon& box,
                    const std::vector<Ray>& rays) {
  const float roundness =
      std::min(box.half.x(), box.half.z()) / std::max(box.half.x(), box.half.z());
  if (roundness < 0.6f) return;
  consider(best, box, GeonClass::kCylinder, rays);
  if (const auto radii = end_radii(piece, box)) {
    Geon frustum = box;
    std::tie(frustum.bottom_radius, frustum.top_radius) = *radii;
    const float ratio =
        std::min(radii->first, radii->second) / std::max(radii->first, radii->second);
    if (ratio > kConeRatio || roundness > 0.7f)
      consider(best, frustum, ratio > kConeRatio ? GeonClass::kCylinder : GeonClass::kCone, rays);
  }
  const bool flat = box.half.y() < 0.46f * std::max(box.half.x(), box.half.z());
  const Vector3 axis = box.axes.col(1);
  if (roundness > 0.8f && flat &&
      target.shoot(box.centre - axis * (box.half.y() * 3 + 1), axis).first < 0)
    consider(best, box, GeonClass::kTorus, rays);
}

// Very flat or very long frusta look like cylinders; others must be clearly better as cones.
bool cone_wins(const BestByClass& best, const Fit& cone) {
  const float length = cone.geon.half.y(),
              diameter = std::max(cone.geon.half.x(), cone.geon.half.z());
  if (length < 0.3f * diameter || length > 5 * diameter) return false;
  const auto score_of = [&](GeonClass c) { return best.count(c) ? best.at(c).score : 0.0f; };
  return cone.score >= kConeScore && cone.silhouette >= kConeSilhouette &&
         cone.score > score_of(GeonClass::kCylinder) + kConeOverCylinder &&
         cone.score > score_of(GeonClass::kCube) + kConeOverCube;
}

Fit choose(const BestByClass& best) {
  Fit chosen;
  for (const auto& [geon_class, fit] : best) {
    if (geon_class == GeonClass::kCone) continue;
    if (geon_class == GeonClass::kSphere &&
        fit.geon.half.minCoeff() < 0.65f * fit.geon.half.maxCoeff())
      continue;
    if (fit.score > chosen.score) chosen = fit;
  }
  const auto cone = best.find(GeonClass::kCone);
  if (cone == best.end() || cone->second.score <= 0) return chosen;
  if (cone_wins(best, cone->second)) return cone->second;
  // A cone that fits best without being clear is nothing to teach.
  if (cone->second.score > chosen.score) chosen.silhouette = 0;
  return chosen;
}

// Sets of triangles that hang together, by welded vertices; `allowed` says which triangles join in.
std::vector<std::vector<int>> components(const Mesh& mesh, const std::vector<int>& triangles,
                                         float weld) {
  std::map<std::array<long, 3>, int> cells;
  std::unordered_map<int, int> welded;
  std::vector<int> parent;
  const auto find = [&](int x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  const auto number_of = [&](int vertex) {
    const auto [place, fresh] = welded.try_emplace(vertex, 0);
    if (fresh) {
      const Vector3 p = mesh.vertices[vertex] / weld;
      const std::array<long, 3> cell = {std::lround(p.x()), std::lround(p.y()), std::lround(p.z())};
      const auto [cell_place, new_cell] = cells.try_emplace(cell, static_cast<int>(parent.size()));
      if (new_cell) parent.push_back(cell_place->second);
      place->second = cell_place->second;
    }
    return place->second;
  };
  for (int t : triangles) {
    const auto& v = mesh.triangles[t].vertex;
    const int a = find(number_of(v[0]));
    parent[find(number_of(v[1]))] = a;
    parent[find(number_of(v[2]))] = find(a);
  }
  std::map<int, std::vector<int>> groups;
  for (int t : triangles) groups[find(number_of(mesh.triangles[t].vertex[0]))].push_back(t);
  std::vector<std::vector<int>> result;
  for (auto& [root, group] : groups) result.push_back(std::move(group));
  return result;
}

void claim(Mesh& mesh, const std::vector<int>& triangles, const Fit& fit) {
  mesh.parts.push_back({fit.good ? PartRole::kGeon : PartRole::kUnsure, fit.geon});
  for (int t : triangles) mesh.triangles[t].part = static_cast<int>(mesh.parts.size()) - 1;
}

void assign_component(Mesh& mesh, const std::vector<int>& component, float weld, size_t& fits) {
  const Fit fit = fit_geon(mesh, component, kComponentScore);
  ++fits;
  std::map<int, std::vector<int>> by_surface;
  for (int t : component) by_surface[mesh.triangles[t].surface].push_back(t);
  if (fit.good || by_surface.size() < 2) return claim(mesh, component, fit);
  for (const auto& [surface, triangles] : by_surface)
    for (const auto& piece : components(mesh, triangles, weld)) {
      const bool worth = piece.size() >= 6 && fits < kMostFits;
      fits += worth;
      claim(mesh, piece, worth ? fit_geon(mesh, piece, kComponentScore) : Fit{});
    }
}

}  // namespace

Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, float least_score) {
  const Piece piece = extract(mesh, triangles);
  if (piece.triangles.size() < 4) return {};
  const std::vector<Geon> boxes = candidate_boxes(piece);
  const Vector3& half = boxes.front().half;
  const float middle = half.sum() - half.minCoeff() - half.maxCoeff();
  if (boxes.front().diagonal() < kSmallestDiagonal || half.minCoeff() < kThinnest * middle)
    return {};
  const Target target(piece.points, piece.triangles);
  const std::vector<Ray> coarse = probe(target, boxes.front(), 6, 10);
  BestByClass best;
  for (const Geon& box : boxes) {
    if (box.half.minCoeff() < 1e-4f) continue;
    consider(best, box, GeonClass::kCube, coarse);
    if (box.half.minCoeff() > 0.5f * box.half.maxCoeff())
      consider(best, box, GeonClass::kSphere, coarse);
    for (int axis = 0; axis < 3; ++axis)
      consider_round(best, piece, target, with_axis(box, axis), coarse);
  }
  const std::vector<Ray> fine = probe(target, boxes.front(), 18, 20);
  for (auto& [geon_class, fit] : best)
    if (fit.score > 0.3f) score(fit, fine);
  Fit chosen = choose(best);
  chosen.good = chosen.score >= least_score && chosen.silhouette >= kLeastSilhouette;
  return chosen;
}

void assign_parts(Mesh& mesh) {
  mesh.parts.clear();
  std::vector<int> all(mesh.triangles.size());
  std::iota(all.begin(), all.end(), 0);
  if (const Fit whole = fit_geon(mesh, all, kWholeScore); whole.good)
    return claim(mesh, all, whole);
  const auto [low, high] = mesh.bounds();
  const float weld = std::max(1e-3f, (high - low).norm() * 2e-4f);
  auto pieces = components(mesh, all, weld);
  std::sort(pieces.begin(), pieces.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  size_t fits = 0;
  for (const auto& piece : pieces) {
    if (fits < kMostFits)
      assign_component(mesh, piece, weld, fits);
    else
      claim(mesh, piece, Fit{});
  }
}

}  // namespace geond::rendering
