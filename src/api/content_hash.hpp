// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace geond::api {

/// 16 hexadecimal digits of the text's SHA-256: for ETags and addresses.
std::string content_hash(std::string_view text);

}  // namespace geond::api
