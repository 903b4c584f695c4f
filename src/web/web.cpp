// SPDX-License-Identifier: MIT
#include "geond/web/web.hpp"

namespace geond::embedded {
std::span<const core::EmbeddedFile> web_files();
}

namespace geond::web {

std::span<const core::EmbeddedFile> files() {
  return embedded::web_files();
}

}  // namespace geond::web
