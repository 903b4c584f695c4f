// SPDX-License-Identifier: MIT
#include "image_file.hpp"

#include <stb_image.h>
#include <stb_image_write.h>

#include <algorithm>
#include <stdexcept>

namespace geond::rendering {
namespace {

void shrink(Texture& texture) {
  Texture half;
  half.width = std::max(1, texture.width / 2);
  half.height = std::max(1, texture.height / 2);
  half.rgba.resize(4 * static_cast<size_t>(half.width) * half.height);
  for (int y = 0; y < half.height; ++y)
    for (int x = 0; x < half.width; ++x)
      for (int k = 0; k < 4; ++k) {
        const auto at = [&](int dx, int dy) {
          const auto row = static_cast<size_t>(std::min(2 * y + dy, texture.height - 1));
          const int column = std::min(2 * x + dx, texture.width - 1);
          return static_cast<int>(texture.rgba[4 * (row * texture.width + column) + k]);
        };
        half.rgba[4 * (static_cast<size_t>(y) * half.width + x) + k] =
            static_cast<uint8_t>((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4);
      }
  texture = std::move(half);
}

}  // namespace

void write_jpeg(const std::filesystem::path& path, int width, int height,
                const std::vector<uint8_t>& rgb, int quality) {
  if (!stbi_write_jpg(path.c_str(), width, height, 3, rgb.data(), quality))
    throw std::runtime_error("cannot write " + path.string());
}

void write_grey_png(const std::filesystem::path& path, int width, int height,
                    const std::vector<uint8_t>& grey) {
  if (!stbi_write_png(path.c_str(), width, height, 1, grey.data(), width))
    throw std::runtime_error("cannot write " + path.string());
}

std::shared_ptr<const Texture> read_texture(const std::filesystem::path& path, int limit) {
  auto texture = std::make_shared<Texture>();
  int channels = 0;
  uint8_t* data = stbi_load(path.c_str(), &texture->width, &texture->height, &channels, 4);
  if (!data) return nullptr;
  const size_t count = static_cast<size_t>(texture->width) * texture->height;
  texture->rgba.assign(data, data + 4 * count);
  stbi_image_free(data);
  while (std::max(texture->width, texture->height) > limit) shrink(*texture);
  texture->find_holes();
  return texture;
}

}  // namespace geond::rendering
