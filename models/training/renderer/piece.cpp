// SPDX-License-Identifier: MIT
#include "piece.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace geond::rendering {
namespace {

constexpr size_t kMostHullPoints = 4000, kMostBoxes = 5;
constexpr size_t kMostFaces = 200, kMostFaceDirections = 3;

// Twice the area of a triangle, and its normal.
using Face = std::pair<float, Vector3>;

// The axes of the covariance of the corners, each weighted by its face's area.
std::optional<Matrix3> principal_axes(const Piece& piece, const std::vector<Face>& faces) {
  Vector3 mean = Vector3::Zero();
  float total = 0;
  for (size_t i = 0; i < piece.triangles.size(); ++i)
    for (int corner : piece.triangles[i]) {
      mean += faces[i].first * piece.points[corner];
      total += faces[i].first;
    }
  if (total <= 0) return std::nullopt;
  mean /= total;
  Matrix3 spread = Matrix3::Zero();
  for (size_t i = 0; i < piece.triangles.size(); ++i)
    for (int corner : piece.triangles[i]) {
      const Vector3 offset = piece.points[corner] - mean;
      spread += faces[i].first * offset * offset.transpose();
    }
  return Eigen::SelfAdjointEigenSolver<Matrix3>(spread).eigenvectors();
}

// The normals of the largest faces that differ clearly.
std::vector<Vector3> main_directions(std::vector<Face> faces) {
  std::vector<Vector3> directions;
  std::sort(faces.begin(), faces.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  for (size_t i = 0;
       i < std::min(faces.size(), kMostFaces) && directions.size() < kMostFaceDirections; ++i) {
    const bool known = std::any_of(directions.begin(), directions.end(), [&](const Vector3& d) {
      return std::fabs(d.dot(faces[i].second)) > 0.99f;
    });
    if (!known) directions.push_back(faces[i].second);
  }
  return directions;
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

}  // namespace

Piece extract(const Mesh& mesh, const std::vector<int>& chosen) {
  Piece piece;
  std::unordered_map<int, int> numbers;
  std::vector<Face> faces;
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
  const auto axes = principal_axes(piece, faces);
  if (!axes) return piece;
  piece.principal = *axes;
  piece.face_directions = main_directions(std::move(faces));
  return piece;
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
  boxes.resize(std::min(boxes.size(), kMostBoxes));
  return boxes;
}

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

}  // namespace geond::rendering
