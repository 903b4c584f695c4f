// SPDX-License-Identifier: MIT
#pragma once

#include "gate.hpp"
#include "geond/api/rendering.hpp"
#include "picture_cache.hpp"

namespace geond::api {

struct Rendering::State {
  /// A decoder may hold some 450 MB.
  Gate gate{2};
  PictureCache thumbnails{std::size_t{32} * 1024 * 1024};
};

}  // namespace geond::api
