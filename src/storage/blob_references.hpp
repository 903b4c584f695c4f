// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>

#include "geond/storage/connection.hpp"

namespace geond::storage {

/// The SHA-256 of every blob that a row refers to. Throws SQLite::Exception.
std::set<std::string> read_references(Connection& connection);

/// Whether a row refers to the blob. Throws SQLite::Exception.
bool is_referenced(Connection& connection, const std::string& sha256);

}  // namespace geond::storage
