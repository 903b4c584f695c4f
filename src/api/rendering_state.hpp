// SPDX-License-Identifier: MIT
#pragma once

#include "gate.hpp"
#include "geond/api/rendering.hpp"
#include "picture_cache.hpp"

namespace geond::api {

struct Rendering::State {
  explicit State(std::size_t places) : predictions(places) {}

  /// A decoder may hold some 450 MB.
  Gate gate{2};
  /// Who waits for a network waits here, and not in a thread that others need.
  Gate predictions;
  PictureCache thumbnails{std::size_t{32} * 1024 * 1024};
};

}  // namespace geond::api
