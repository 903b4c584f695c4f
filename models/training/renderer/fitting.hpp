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

// The geon that fits the triangles best; good if its score is `least_score` and its silhouette
// fits.
Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, float least_score);

}  // namespace geond::rendering
