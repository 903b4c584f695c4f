// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "mesh.hpp"

namespace geond::rendering {

// How well a solid stands for some triangles, seen from around: `score` is the share of rays that
// agree in depth and normal among those that hit either, `silhouette` the share that hit both.
struct Fit {
  Geon geon;
  float score = 0;
  float silhouette = 0;
  bool good = false;
};

// What a geon may look like at its edges: sharp ones agree nearly everywhere; soft ones, as
// cushions have them, may agree less if it is clearly no other geon.
enum class Edges { kSharp, kSoft };

// The geon that fits the triangles best; good if its surface and its silhouette agree well.
Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, Edges edges);

}  // namespace geond::rendering
