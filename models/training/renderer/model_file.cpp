// SPDX-License-Identifier: MIT
#include "model_file.hpp"

#include <cstdint>
#include <fstream>
#include <map>
#include <stdexcept>
#include <type_traits>

namespace geond::rendering {
namespace {

constexpr uint32_t kMagic = 0x314d4447;
constexpr uint32_t kMostElements = 20'000'000;

template <typename T>
void put(std::ostream& stream, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  stream.write(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
void put_all(std::ostream& stream, const std::vector<T>& values) {
  put(stream, static_cast<uint32_t>(values.size()));
  stream.write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(T)));
}

template <typename T>
T take(std::istream& stream) {
  T value{};
  if (!stream.read(reinterpret_cast<char*>(&value), sizeof value))
    throw std::runtime_error("model file ends early");
  return value;
}

template <typename T>
std::vector<T> take_all(std::istream& stream) {
  const auto count = take<uint32_t>(stream);
  if (count > kMostElements) throw std::runtime_error("model file is broken");
  std::vector<T> values(count);
  if (count > 0 && !stream.read(reinterpret_cast<char*>(values.data()),
                                static_cast<std::streamsize>(count * sizeof(T))))
    throw std::runtime_error("model file ends early");
  return values;
}

struct StoredVector {
  float x, y, z;
};

StoredVector stored(const Vector3& v) {
  return {v.x(), v.y(), v.z()};
}
Vector3 restored(const StoredVector& v) {
  return {v.x, v.y, v.z};
}

struct StoredUv {
  float u, v;
};

struct StoredSurface {
  StoredVector colour;
  float specular, gloss, opacity;
  int32_t texture;
};

struct StoredPart {
  int32_t role, geon_class;
  StoredVector centre, half, axes[3];
  float bottom_radius, top_radius;
};

StoredPart stored(const Part& part) {
  const Geon& g = part.geon;
  return {static_cast<int32_t>(part.role),
          static_cast<int32_t>(g.geon_class),
          stored(g.centre),
          stored(g.half),
          {stored(Vector3(g.axes.col(0))), stored(Vector3(g.axes.col(1))),
           stored(Vector3(g.axes.col(2)))},
          g.bottom_radius,
          g.top_radius};
}

Part restored(const StoredPart& s) {
  Part part;
  part.role = static_cast<PartRole>(s.role);
  part.geon.geon_class = static_cast<GeonClass>(s.geon_class);
  part.geon.centre = restored(s.centre);
  part.geon.half = restored(s.half);
  for (int i = 0; i < 3; ++i) part.geon.axes.col(i) = restored(s.axes[i]);
  part.geon.bottom_radius = s.bottom_radius;
  part.geon.top_radius = s.top_radius;
  return part;
}

void put_surfaces(std::ostream& stream, const Mesh& mesh) {
  std::map<const Texture*, int32_t> numbers;
  std::vector<const Texture*> textures;
  std::vector<StoredSurface> surfaces;
  for (const Surface& surface : mesh.surfaces) {
    int32_t texture = -1;
    if (surface.texture) {
      const auto [place, fresh] =
          numbers.try_emplace(surface.texture.get(), static_cast<int32_t>(textures.size()));
      if (fresh) textures.push_back(surface.texture.get());
      texture = place->second;
    }
    surfaces.push_back(
        {stored(surface.pattern.first), surface.specular, surface.gloss, surface.opacity, texture});
  }
  put_all(stream, surfaces);
  put(stream, static_cast<uint32_t>(textures.size()));
  for (const Texture* texture : textures) {
    put(stream, texture->width);
    put(stream, texture->height);
    put_all(stream, texture->rgba);
  }
}

void take_surfaces(std::istream& stream, Mesh& mesh) {
  const auto surfaces = take_all<StoredSurface>(stream);
  const auto count = take<uint32_t>(stream);
  if (count > 10'000) throw std::runtime_error("model file is broken");
  std::vector<std::shared_ptr<Texture>> textures(count);
  for (auto& texture : textures) {
    texture = std::make_shared<Texture>();
    texture->width = take<int>(stream);
    texture->height = take<int>(stream);
    texture->rgba = take_all<uint8_t>(stream);
    texture->find_holes();
  }
  for (const StoredSurface& s : surfaces) {
    Surface surface;
    surface.pattern.first = restored(s.colour);
    surface.specular = s.specular;
    surface.gloss = s.gloss;
    surface.opacity = s.opacity;
    if (s.texture >= 0) surface.texture = textures.at(static_cast<size_t>(s.texture));
    mesh.surfaces.push_back(std::move(surface));
  }
}

}  // namespace

void write_model(const std::filesystem::path& path, const Mesh& mesh, float top) {
  std::ofstream stream(path, std::ios::binary);
  std::vector<StoredVector> vertices;
  for (const Vector3& v : mesh.vertices) vertices.push_back(stored(v));
  std::vector<StoredPart> parts;
  for (const Part& part : mesh.parts) parts.push_back(stored(part));
  put(stream, kMagic);
  put(stream, top);
  put_all(stream, vertices);
  std::vector<StoredUv> uvs;
  for (const Vector2& uv : mesh.uvs) uvs.push_back({uv.x(), uv.y()});
  put_all(stream, uvs);
  put_all(stream, mesh.triangles);
  put_surfaces(stream, mesh);
  put_all(stream, parts);
  if (!stream.flush()) throw std::runtime_error("cannot write " + path.string());
}

ModelPtr read_model(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return nullptr;
  try {
    if (take<uint32_t>(stream) != kMagic) return nullptr;
    const auto top = take<float>(stream);
    Mesh mesh;
    for (const StoredVector& v : take_all<StoredVector>(stream))
      mesh.vertices.push_back(restored(v));
    for (const auto& uv : take_all<StoredUv>(stream)) mesh.uvs.push_back(Vector2(uv.u, uv.v));
    mesh.triangles = take_all<Triangle>(stream);
    take_surfaces(stream, mesh);
    for (const StoredPart& part : take_all<StoredPart>(stream))
      mesh.parts.push_back(restored(part));
    const ModelPtr model = finish_in_place(std::move(mesh));
    if (top > 0) std::const_pointer_cast<Model>(model)->top = top;
    return model;
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

}  // namespace geond::rendering
