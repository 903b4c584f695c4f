// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "geond/core/error.hpp"

namespace geond::core {

/// The codes by which geond itself decides what to do next. Who makes such an error and who looks
/// for it take the code from here, so that neither can be renamed alone. All others are only told.
namespace codes {

inline constexpr std::string_view kBlobNotFound = "blob_not_found";
inline constexpr std::string_view kClaimLost = "claim_lost";
inline constexpr std::string_view kDatabaseBusy = "database_busy";
inline constexpr std::string_view kDatabaseCorrupt = "database_corrupt";
inline constexpr std::string_view kDatabaseMissing = "database_missing";
inline constexpr std::string_view kDatabaseMoved = "database_moved";
inline constexpr std::string_view kDatabaseUnreachable = "database_unreachable";
inline constexpr std::string_view kDataDirectoryInUse = "data_directory_in_use";
inline constexpr std::string_view kNoModel = "no_model";
inline constexpr std::string_view kOutOfMemory = "out_of_memory";
inline constexpr std::string_view kStopping = "stopping";
inline constexpr std::string_view kTooManyFiles = "too_many_files";
inline constexpr std::string_view kWrongCredentials = "wrong_credentials";

}  // namespace codes

/// Whether the same may succeed in a while: nothing is wrong but a lack of room, descriptors or
/// memory, or a database that cannot be got at for the moment.
bool is_passing(const Error& error);

}  // namespace geond::core
