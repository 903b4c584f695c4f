// SPDX-License-Identifier: MIT
#include "components.hpp"

#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

namespace geond::rendering {

std::vector<std::vector<int>> components(const Mesh& mesh, const std::vector<int>& triangles,
                                         float weld) {
  std::map<std::array<long, 3>, int> cells;
  std::unordered_map<int, int> welded;
  std::vector<int> parent;
  const auto find = [&](int x) {
    while (parent[x] != x) x = parent[x] = parent[parent[x]];
    return x;
  };
  const auto number_of = [&](int vertex) {
    const auto [place, fresh] = welded.try_emplace(vertex, 0);
    if (fresh) {
      const Vector3 p = mesh.vertices[vertex] / weld;
      const std::array<long, 3> cell = {std::lround(p.x()), std::lround(p.y()), std::lround(p.z())};
      const auto [cell_place, new_cell] = cells.try_emplace(cell, static_cast<int>(parent.size()));
      if (new_cell) parent.push_back(cell_place->second);
      place->second = cell_place->second;
    }
    return place->second;
  };
  for (int t : triangles) {
    const auto& v = mesh.triangles[t].vertex;
    const int a = find(number_of(v[0]));
    parent[find(number_of(v[1]))] = a;
    parent[find(number_of(v[2]))] = find(a);
  }
  std::map<int, std::vector<int>> groups;
  for (int t : triangles) groups[find(number_of(mesh.triangles[t].vertex[0]))].push_back(t);
  std::vector<std::vector<int>> result;
  for (auto& [root, group] : groups) result.push_back(std::move(group));
  return result;
}

}  // namespace geond::rendering
