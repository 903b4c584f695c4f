// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::tasks {

/// `[["cube",0.93,x,y,width,height,rotation],...]`; numbers survive the way there and back exactly.
std::string candidates_to_text(const std::vector<geometry::Primitive>& candidates);
/// Errors: internal `result_damaged`.
core::Result<std::vector<geometry::Primitive>> candidates_from_text(const std::string& text);

/// `[["office",0.91],...]`
std::string scenes_to_text(const std::vector<std::pair<std::string, double>>& scenes);
/// Errors: internal `result_damaged`.
core::Result<std::vector<std::pair<std::string, double>>> scenes_from_text(const std::string& text);

}  // namespace geond::tasks
