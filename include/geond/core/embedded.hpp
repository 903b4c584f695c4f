// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace geond::core {

/// A file that was put into the program when it was built (cmake/GeondEmbed.cmake).
struct EmbeddedFile {
  std::string_view path;     ///< Relative, with forward slashes.
  std::string_view content;  ///< As it stands in the source tree.
  std::string_view gzip;     ///< The same, gzipped; empty where that is not smaller.
};

}  // namespace geond::core
