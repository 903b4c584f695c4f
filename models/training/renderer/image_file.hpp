// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "mesh.hpp"

namespace geond::rendering {

// Each throws std::runtime_error when the file cannot be written.
void write_jpeg(const std::filesystem::path& path, int width, int height,
                const std::vector<uint8_t>& rgb, int quality);
void write_grey_png(const std::filesystem::path& path, int width, int height,
                    const std::vector<uint8_t>& grey);

// Null when the file cannot be read. Scaled down to at most `limit` pixels a side.
std::shared_ptr<const Texture> read_texture(const std::filesystem::path& path, int limit = 1024);

}  // namespace geond::rendering
