// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>

#include "model.hpp"

namespace geond::rendering {

// A model in one binary file: mesh, surfaces, textures (at most 256 pixels a side), parts with
// their geons. Little endian, read where it was written: a cache, not a format for exchange.
void write_model(const std::filesystem::path& path, const Mesh& mesh, float top);

// Null when the file is missing or broken.
ModelPtr read_model(const std::filesystem::path& path);

}  // namespace geond::rendering
