// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "labels.hpp"
#include "random.hpp"

namespace geond::rendering {

// Every fourth picture is taken through a wide aperture: it is sharp at the distance of something
// near the middle, and blurred before and behind it, as photographs of desks and sofas often are.
// `light` is linear, one value a pixel of `map`.
void blur_out_of_focus(std::vector<Vector3>& light, const IdentityMap& map, Random& random);

}  // namespace geond::rendering
