// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

namespace geond::storage {

/// Blobs are spread over folders by the first two digits of their names.
inline constexpr int kBlobFolders = 256;

/// The name of one of them, `prefix` from 0 on.
inline std::string blob_folder(int prefix) {
  return fmt::format("{:02x}", prefix);
}

/// Where a blob lies in `blobs`, be it the store's folder or a backup's.
inline std::filesystem::path blob_path(const std::filesystem::path& blobs,
                                       std::string_view sha256) {
  const std::size_t digits = std::min<std::size_t>(2, sha256.size());
  return blobs / sha256.substr(0, digits) / sha256.substr(digits);
}

}  // namespace geond::storage
