// SPDX-License-Identifier: MIT
#include "obj_file.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "image_file.hpp"

namespace geond::rendering {
namespace {

constexpr int kTextureLimit = 256;

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

Vector3 from_display(Vector3 colour) {
  for (int k = 0; k < 3; ++k)
    colour[k] = std::min(0.85f, std::pow(std::clamp(colour[k], 0.0f, 1.0f), 2.2f));
  return colour;
}

class ObjReader {
 public:
  explicit ObjReader(const ObjDescription& description) : folder_(description.path.parent_path()) {
    mesh_.add_surface(Surface{});
    std::ifstream stream(description.path);
    std::string line;
    while (std::getline(stream, line)) read_line(line);
  }

  Mesh take() { return std::move(mesh_); }

 private:
  void read_line(const std::string& line) {
    std::istringstream words(line);
    std::string key;
    words >> key;
    if (key == "v") {
      Vector3 v;
      words >> v.x() >> v.y() >> v.z();
      mesh_.vertices.push_back(v);
    } else if (key == "vt") {
      Vector2 uv;
      words >> uv.x() >> uv.y();
      mesh_.uvs.push_back(uv);
    } else if (key == "f") {
      read_face(words);
    } else if (key == "usemtl") {
      surface_ = surface_named(trimmed(line.substr(line.find("usemtl") + 6)));
    } else if (key == "mtllib") {
      read_materials(folder_ / trimmed(line.substr(line.find("mtllib") + 6)));
    }
  }

  int surface_named(const std::string& name) {
    const auto [place, fresh] =
        surfaces_.try_emplace(name, static_cast<int>(mesh_.surfaces.size()));
    if (fresh) {
      Surface surface;
      surface.name = name;
      mesh_.add_surface(surface);
    }
    return place->second;
  }

  // Indices count from 1, or from the end where negative; -1 stands for none.
  static int index_of(const std::string& text, size_t count) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    const int index = value < 0 ? static_cast<int>(count) + value : value - 1;
    return index >= 0 && index < static_cast<int>(count) ? index : -1;
  }

  void read_face(std::istringstream& words) {
    std::vector<std::pair<int, int>> corners;
    std::string word;
    while (words >> word) {
      const size_t slash = word.find('/');
      const int vertex = index_of(word.substr(0, slash), mesh_.vertices.size());
      if (vertex < 0) return;
      const int uv =
          slash == std::string::npos ? -1 : index_of(word.substr(slash + 1), mesh_.uvs.size());
      corners.emplace_back(vertex, uv);
    }
    for (size_t i = 2; i < corners.size(); ++i) {
      Triangle triangle;
      triangle.vertex = {corners[0].first, corners[i - 1].first, corners[i].first};
      triangle.uv = {corners[0].second, corners[i - 1].second, corners[i].second};
      if (std::min({triangle.uv[0], triangle.uv[1], triangle.uv[2]}) < 0)
        triangle.uv = {-1, -1, -1};
      triangle.surface = surface_;
      mesh_.triangles.push_back(triangle);
    }
  }

  void read_materials(const std::filesystem::path& path) {
    std::ifstream stream(path);
    std::string line;
    int current = -1;
    while (std::getline(stream, line)) {
      std::istringstream words(line);
      std::string key;
      words >> key;
      if (key == "newmtl")
        current = surface_named(trimmed(line.substr(line.find("newmtl") + 6)));
      else if (current >= 0)
        read_material_line(key, words, line, mesh_.surfaces[static_cast<size_t>(current)]);
    }
  }

  void read_material_line(const std::string& key, std::istringstream& words,
                          const std::string& line, Surface& surface) {
    Vector3 colour;
    if (key == "Kd" && words >> colour.x() >> colour.y() >> colour.z())
      surface.pattern.first = from_display(colour);
    else if (key == "Ks" && words >> colour.x())
      surface.specular = 0.25f * std::min(0.35f, colour.x());
    else if (key == "Ns")
      words >> surface.gloss;
    else if (key == "d")
      words >> surface.opacity;
    else if (key == "map_Kd")
      surface.texture = texture(folder_ / trimmed(line.substr(line.find("map_Kd") + 6)));
  }

  std::shared_ptr<const Texture> texture(const std::filesystem::path& path) {
    const auto [place, fresh] = textures_.try_emplace(path, nullptr);
    if (fresh) place->second = read_texture(path, kTextureLimit);
    return place->second;
  }

  std::filesystem::path folder_;
  Mesh mesh_;
  int surface_ = 0;
  std::map<std::string, int> surfaces_;
  std::map<std::filesystem::path, std::shared_ptr<const Texture>> textures_;
};

}  // namespace

Mesh read_obj(const ObjDescription& description) {
  Mesh mesh = ObjReader(description).take();
  if (mesh.triangles.empty())
    throw std::runtime_error("no triangles in " + description.path.string());
  for (Vector3& v : mesh.vertices) v = description.rotation * v;
  const auto [low, high] = mesh.bounds();
  const Vector3 extent = high - low,
                foot((low.x() + high.x()) / 2, low.y(), (low.z() + high.z()) / 2);
  Vector3 stretch = Vector3::Ones();
  for (int k = 0; k < 3; ++k)
    if (extent[k] > 1e-9f) stretch[k] = description.size[k] / extent[k];
  for (Vector3& v : mesh.vertices) v = (v - foot).cwiseProduct(stretch);
  return mesh;
}

}  // namespace geond::rendering
