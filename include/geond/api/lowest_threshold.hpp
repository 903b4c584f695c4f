// SPDX-License-Identifier: MIT
#pragma once

namespace geond::api {

/// The least threshold that routes and commands take for what a detector finds: candidates below it
/// are not kept with a task.
inline constexpr double kLowestThreshold = 0.05;

}  // namespace geond::api
