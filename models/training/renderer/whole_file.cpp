// SPDX-License-Identifier: MIT
#include "whole_file.hpp"

#include <stdexcept>

namespace geond::rendering {

WholeFile::WholeFile(const std::filesystem::path& path)
    : path_(path), partial_(path.string() + ".part"), stream_(partial_) {}

void WholeFile::finish() {
  stream_.close();
  if (!stream_) throw std::runtime_error("cannot write " + partial_.string());
  std::filesystem::rename(partial_, path_);
}

}  // namespace geond::rendering
