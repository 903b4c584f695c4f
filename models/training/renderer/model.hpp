// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "mesh.hpp"

namespace geond::rendering {

// A thing that can stand in a scene: y = 0 is its foot, its middle is at x = z = 0, +z its front.
struct Model {
  Mesh mesh;
  Vector3 size = Vector3::Zero();
  // Height of the surface that carries other things.
  float top = 0;
  // The tracer's acceleration structure; shared by every instance.
  mutable std::shared_ptr<void> acceleration;
};

using ModelPtr = std::shared_ptr<const Model>;

// Puts the mesh on its foot and measures it.
ModelPtr finish_model(Mesh mesh);
// As it stands: the mesh's own origin is kept.
ModelPtr finish_in_place(Mesh mesh);

}  // namespace geond::rendering
