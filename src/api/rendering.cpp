// SPDX-License-Identifier: MIT
#include "geond/api/rendering.hpp"

#include "rendering_state.hpp"

namespace geond::api {

Rendering::Rendering(const RenderingPlaces& places) : state_(std::make_unique<State>(places)) {}
Rendering::~Rendering() = default;

}  // namespace geond::api
