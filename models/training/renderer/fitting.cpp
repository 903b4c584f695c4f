// SPDX-License-Identifier: MIT
#include "fitting.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "piece.hpp"
#include "ray_target.hpp"

namespace geond::rendering {
namespace {

constexpr float kLeastScore = 0.72f, kLeastSilhouette = 0.8f;
// Cushions, arms and backs of upholstery are round at their edges: what agrees less is still that
// geon if no other comes near it.
constexpr float kSoftScore = 0.5f, kSoftSilhouette = 0.75f, kSoftLead = 0.1f;
constexpr float kConeScore = 0.75f, kConeSilhouette = 0.85f, kConeRatio = 0.75f;
constexpr float kConeOverCylinder = 0.08f, kConeOverCube = 0.05f;
// In centimetres, and as a share of the middle extent: what is smaller or thinner has no label.
constexpr float kSmallestDiagonal = 4, kThinnest = 0.012f;

Fit measure(const Geon& geon, const std::vector<ProbeRay>& rays) {
  const Agreement agreement = compare(geon, rays);
  return {geon, agreement.surface, agreement.silhouette, false};
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

using BestByClass = std::map<GeonClass, Fit>;

void consider(BestByClass& best, Geon geon, GeonClass geon_class,
              const std::vector<ProbeRay>& rays) {
  geon.geon_class = geon_class;
  const Fit fit = measure(geon, rays);
  if (fit.score > best[geon_class].score) best[geon_class] = fit;
}

void consider_round(BestByClass& best, const Piece& piece, const RayTarget& target, const Geon& box,
                    const std::vector<ProbeRay>& rays) {
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

// By how much the chosen geon agrees better than the best of another class.
float lead(const BestByClass& best, const Fit& chosen) {
  float second = 0;
  for (const auto& [geon_class, fit] : best)
    if (geon_class != chosen.geon.geon_class) second = std::max(second, fit.score);
  return chosen.score - second;
}

bool is_good(const BestByClass& best, const Fit& chosen, Edges edges) {
  if (chosen.score >= kLeastScore && chosen.silhouette >= kLeastSilhouette) return true;
  return edges == Edges::kSoft && chosen.score >= kSoftScore &&
         chosen.silhouette >= kSoftSilhouette && lead(best, chosen) >= kSoftLead;
}

}  // namespace

Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, Edges edges) {
  const Piece piece = extract(mesh, triangles);
  if (piece.triangles.size() < 4) return {};
  const std::vector<Geon> boxes = candidate_boxes(piece);
  const Vector3& half = boxes.front().half;
  const float middle = half.sum() - half.minCoeff() - half.maxCoeff();
  if (boxes.front().diagonal() < kSmallestDiagonal || half.minCoeff() < kThinnest * middle)
    return {};
  const RayTarget target(piece.points, piece.triangles);
  const std::vector<ProbeRay> coarse = probe(target, boxes.front(), 6, 10);
  BestByClass best;
  for (const Geon& box : boxes) {
    if (box.half.minCoeff() < 1e-4f) continue;
    consider(best, box, GeonClass::kCube, coarse);
    if (box.half.minCoeff() > 0.5f * box.half.maxCoeff())
      consider(best, box, GeonClass::kSphere, coarse);
    for (int axis = 0; axis < 3; ++axis)
      consider_round(best, piece, target, with_axis(box, axis), coarse);
  }
  const std::vector<ProbeRay> fine = probe(target, boxes.front(), 18, 20);
  for (auto& [geon_class, fit] : best)
    if (fit.score > 0.3f) fit = measure(fit.geon, fine);
  Fit chosen = choose(best);
  chosen.good = is_good(best, chosen, edges);
  return chosen;
}

}  // namespace geond::rendering
