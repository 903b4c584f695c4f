// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "geond/core/result.hpp"

namespace geond::auth {

/// Whether AuthService can be created with this signing key; one that is not there will be made.
/// Changes nothing. Errors: internal `key_file_unusable` (the detail says what to do).
core::Result<void> check_key_file(const std::filesystem::path& path);

}  // namespace geond::auth
