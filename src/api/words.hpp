// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace geond::api {

/// The words of a text, which single spaces separate; of an empty text none. They point into it.
std::vector<std::string_view> words(std::string_view text);

}  // namespace geond::api
