// SPDX-License-Identifier: MIT
#include "geond/api/rendering.hpp"

#include "rendering_state.hpp"

namespace geond::api {

Rendering::Rendering() : state_(std::make_unique<State>()) {}
Rendering::~Rendering() = default;

}  // namespace geond::api
