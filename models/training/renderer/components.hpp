// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "mesh.hpp"

namespace geond::rendering {

// Divides triangles of a mesh, given by index, into sets that hang together. Vertices nearer than
// about `weld` count as one.
std::vector<std::vector<int>> components(const Mesh& mesh, const std::vector<int>& triangles,
                                         float weld);

}  // namespace geond::rendering
