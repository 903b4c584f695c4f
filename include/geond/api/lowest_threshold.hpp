// SPDX-License-Identifier: MIT
#pragma once

namespace geond::api {

/// The least threshold that routes and commands take for what a detector finds. What is kept with a
/// task starts at the `candidates` threshold of the detector's manifest, that of those shipped
/// being this one: of a detector whose own is higher, a lower threshold gives no more.
inline constexpr double kLowestThreshold = 0.05;

}  // namespace geond::api
