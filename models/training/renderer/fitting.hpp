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

// Whether a geon may be round at its edges, as cushions are, if it is clearly no other.
enum class Edges { kSharp, kSoft };

// The geon that fits the triangles best; good if its surface and its silhouette agree well.
Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, Edges edges);

}  // namespace geond::rendering
