// SPDX-License-Identifier: MIT
#pragma once

namespace geond::api {

/// The least threshold that a route takes for what a detector finds: candidates below it are not
/// kept with a task.
inline constexpr double kLowestThreshold = 0.05;

}  // namespace geond::api
