// SPDX-License-Identifier: MIT
#include "parts.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "components.hpp"
#include "fitting.hpp"

namespace geond::rendering {
namespace {

// Each fit shoots thousands of rays; a model of a thousand screws is not worth more.
constexpr size_t kMostFits = 400;
// A piece of fewer triangles is no solid.
constexpr size_t kLeastTriangles = 6;

void claim(Mesh& mesh, const std::vector<int>& triangles, const Fit& fit) {
  mesh.parts.push_back({fit.good ? PartRole::kGeon : PartRole::kUnsure, fit.geon});
  for (int t : triangles) mesh.triangles[t].part = static_cast<int>(mesh.parts.size()) - 1;
}

void assign_component(Mesh& mesh, const std::vector<int>& component, float weld, size_t& fits) {
  std::map<int, std::vector<int>> by_surface;
  for (int t : component) by_surface[mesh.triangles[t].surface].push_back(t);
  // What is of several surfaces may be divided into geons that fit better.
  const Fit fit = fit_geon(mesh, component, by_surface.size() < 2 ? Edges::kSoft : Edges::kSharp);
  ++fits;
  if (fit.good || by_surface.size() < 2) return claim(mesh, component, fit);
  for (const auto& [surface, triangles] : by_surface)
    for (const auto& piece : components(mesh, triangles, weld)) {
      const bool worth = piece.size() >= kLeastTriangles && fits < kMostFits;
      fits += worth;
      claim(mesh, piece, worth ? fit_geon(mesh, piece, Edges::kSoft) : Fit{});
    }
}

}  // namespace

void assign_parts(Mesh& mesh) {
  mesh.parts.clear();
  std::vector<int> all(mesh.triangles.size());
  std::iota(all.begin(), all.end(), 0);
  if (const Fit whole = fit_geon(mesh, all, Edges::kSharp); whole.good)
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
