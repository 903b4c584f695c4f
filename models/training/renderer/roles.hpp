// SPDX-License-Identifier: MIT
#pragma once
#include "mesh.hpp"
#include "obj_file.hpp"

namespace geond::rendering {

// Changes the roles that assign_parts() gave by shape alone to what the kind of furniture says:
// cloth and foliage are surely no geons, whatever fits them; stems, rungs and slats teach nothing;
// of many parts of one class only the largest keep their labels.
void adjust_roles(Mesh& mesh, const ObjDescription& description);

}  // namespace geond::rendering
