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

// The geon that fits the triangles best, good or not.
Fit fit_geon(const Mesh& mesh, const std::vector<int>& triangles, float least_score);

// Divides a mesh into parts and gives each the geon that fits: the whole, else its connected
// components, else a component's materials. What nothing fits becomes one unsure part.
void assign_parts(Mesh& mesh);

}  // namespace geond::rendering
