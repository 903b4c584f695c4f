// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>

#include "geond/core/random.hpp"
#include "geond/core/result.hpp"

namespace geond::auth {

/// The key that access tokens are signed with.
using SigningKey = std::array<std::byte, 32>;

/// Reads the signing key, or makes the file (mode 0600, fsynced) if there is none. Errors:
/// internal `key_file_unusable`.
core::Result<SigningKey> load_or_create_key(const std::filesystem::path& path,
                                            core::RandomSource& random);

}  // namespace geond::auth
