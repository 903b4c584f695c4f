// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "geond/app/config.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/core/result.hpp"

namespace geond::app {

/// Makes the first account if there is none, with the password of
/// ServeConfig::admin_password_file or a generated one. Returns what to tell the person at the
/// terminal; an empty text if there were accounts already, and then the file is not looked at.
/// Errors: invalid_argument `invalid_config` (the file cannot be read or is empty), and those of
/// AuthService::create_first_account.
core::Result<std::string> create_first_account(auth::AuthService& auth, const ServeConfig& config,
                                               const std::string& url);

}  // namespace geond::app
