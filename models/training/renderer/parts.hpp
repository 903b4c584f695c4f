// SPDX-License-Identifier: MIT
#pragma once
#include "mesh.hpp"

namespace geond::rendering {

// Divides a mesh into parts and gives each the geon that fits: the whole, else its connected
// components, else a component's materials. What nothing fits becomes one unsure part.
void assign_parts(Mesh& mesh);

}  // namespace geond::rendering
