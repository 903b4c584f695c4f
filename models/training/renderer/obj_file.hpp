// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "mesh.hpp"

namespace geond::rendering {

// What a furniture catalogue says about a model.
struct ObjDescription {
  std::filesystem::path path;
  std::string name, category;
  // Width (x), height (y), depth (z) in centimetres; the mesh is stretched to it.
  Vector3 size = Vector3::Ones();
  Matrix3 rotation = Matrix3::Identity();
  float top = 0;
};

// Reads a Wavefront OBJ with its MTL and textures: turned, stretched, standing on y = 0 around
// x = z = 0. Throws std::runtime_error when there is no triangle in it.
Mesh read_obj(const ObjDescription& description);

}  // namespace geond::rendering
