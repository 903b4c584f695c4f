// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "geond/auth/types.hpp"
#include "geond/core/result.hpp"

namespace geond::auth {

/// 1 to kMaxUserName of `A-Z a-z 0-9 . _ @ + -`. Errors: invalid_argument `invalid_user_name`.
core::Result<void> check_user_name(std::string_view name);

/// 8 to 256 characters of UTF-8 that are not the user's name. Errors: invalid_argument
/// `invalid_password`.
core::Result<void> check_password(std::string_view password, std::string_view name);

/// 1 to 100 characters of UTF-8 without control characters. Errors: invalid_argument
/// `invalid_key_name`.
core::Result<void> check_key_name(std::string_view name);

/// unauthenticated `invalid_token`: what a credential gets that is none, or none any more.
core::Error invalid_token();

/// ASCII letters in lower case: how names compare.
std::string fold_case(std::string_view name);

}  // namespace geond::auth
