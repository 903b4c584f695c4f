// SPDX-License-Identifier: MIT
#include "model.hpp"

#include <utility>

namespace geond::rendering {

ModelPtr finish_in_place(Mesh mesh) {
  auto model = std::make_shared<Model>();
  const auto [low, high] = mesh.bounds();
  model->size = high - low;
  model->top = high.y();
  mesh.compute_normals();
  model->mesh = std::move(mesh);
  return model;
}

ModelPtr finish_model(Mesh mesh) {
  const auto [low, high] = mesh.bounds();
  const Vector3 middle = (low + high) / 2;
  mesh.transform(Matrix3::Identity(), Vector3(-middle.x(), -low.y(), -middle.z()));
  return finish_in_place(std::move(mesh));
}

}  // namespace geond::rendering
