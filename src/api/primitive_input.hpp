// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::api {

/// Primitives in a request: the members of a result's primitives.
struct PrimitiveInput {
  geometry::ImageSize picture;
  std::vector<geometry::Primitive> primitives;  ///< Canonical; at most 300.
};

/// Errors: invalid_argument `invalid_body`.
core::Result<PrimitiveInput> read_primitives(const nlohmann::json& body);

}  // namespace geond::api
