// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "geond/core/result.hpp"
#include "geond/storage/connection.hpp"

namespace geond::storage {

/// The schema's version; 0 for a file that is new. `newest` is the version that this program knows.
/// Reads only. Throws SQLite::Exception. Errors: conflict `not_a_geond_database`, `schema_too_new`.
core::Result<int> read_schema_version(Connection& connection, const std::filesystem::path& file,
                                      int newest);

}  // namespace geond::storage
