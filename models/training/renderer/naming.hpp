// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

namespace geond::rendering {

// What a piece of furniture is by the words of its name, in whatever case: a "Towel" is cloth, a
// "Towel rack" is none, and a "Japanese lantern" no plant.
bool is_plant(std::string_view name);
bool is_cloth(std::string_view name);

}  // namespace geond::rendering
