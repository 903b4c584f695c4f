// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "mesh.hpp"

namespace geond::rendering {

// Some triangles of a mesh with points of their own, and the directions that its box may have:
// principal axes weighted by area, and the normals of its largest faces.
struct Piece {
  std::vector<Vector3> points;
  std::vector<std::array<int, 3>> triangles;
  Matrix3 principal = Matrix3::Identity();
  std::vector<Vector3> face_directions;
};

// Triangles of no area are left out.
Piece extract(const Mesh& mesh, const std::vector<int>& chosen);

// Up to five boxes around the piece, the least first.
std::vector<Geon> candidate_boxes(const Piece& piece);

// The radii at the lower and the upper end of a round solid in the box, whose column 1 is the axis:
// shares of its half extents in [0.02, 1], by a line through the outer points of ten slices. None
// where fewer than four slices hold points enough.
std::optional<std::pair<float, float>> end_radii(const Piece& piece, const Geon& box);

}  // namespace geond::rendering
