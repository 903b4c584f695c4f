// SPDX-License-Identifier: MIT
#pragma once
#include <map>

#include "labels.hpp"

namespace geond::rendering {

// For each part that is seen, the share (0 to 1) of its outline at which `rgb`, the finished
// picture, shows an edge; what lies on the picture's border is not counted. Low where a thing
// melts into its neighbours, as cartons of one colour side by side do: nobody can say from the
// picture where it ends.
std::map<int, float> outlined_shares(const IdentityMap& map, const std::vector<uint8_t>& rgb);

}  // namespace geond::rendering
