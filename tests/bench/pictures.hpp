// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace geond::bench {

/// The fixed set of pictures: JPEG files of 1600 x 1200 with shaded discs and boxes, the same in
/// every run.
std::vector<std::string> make_pictures(int count);

}  // namespace geond::bench
