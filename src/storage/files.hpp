// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

#include "geond/core/result.hpp"

namespace geond::storage {

/// Makes the content of a file, or the names in a directory, durable (fsync). Errors:
/// from_open_errno(); after `too_many_files` nothing was tried.
core::Result<void> sync_path(const std::filesystem::path& path);

/// Writes all bytes. Errors: from_errno().
core::Result<void> write_all(int descriptor, std::span<const std::byte> bytes);

/// Copies a file's content to a new file and fsyncs it. Errors: from_open_errno().
core::Result<void> copy_file_durably(const std::filesystem::path& from,
                                     const std::filesystem::path& to);

/// Calls `visit` with the path of every entry of a folder; false from it ends the walk. Errors:
/// from_errno().
core::Result<void> for_each_entry(const std::filesystem::path& folder,
                                  const std::function<bool(const std::filesystem::path&)>& visit);

/// Size of a file in bytes; 0 if it is not there.
std::int64_t size_of(const std::filesystem::path& path);

}  // namespace geond::storage
