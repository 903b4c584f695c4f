// SPDX-License-Identifier: MIT
#include "geond/api/rendering.hpp"

#include "rendering_state.hpp"

namespace geond::api {

Rendering::Rendering(std::size_t predictions) : state_(std::make_unique<State>(predictions)) {}
Rendering::~Rendering() = default;

}  // namespace geond::api
