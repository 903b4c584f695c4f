// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "geond/core/file_descriptor.hpp"
#include "geond/core/result.hpp"

namespace geond::core {

/// Opens a file that geond keeps by a fixed name, to read and to write, and makes it (mode 0600,
/// for the folder's owner) if it is not there. Whoever the folder belongs to may have put something
/// else there, to have it written by root: of what is not a regular file, or has a second name, or
/// is a symbolic link, nothing is changed.
/// Errors: internal `file_unusable`; the detail names the file and, for those, the remedy.
Result<FileDescriptor> open_own_file(const std::filesystem::path& path);

/// Whether open_own_file() would take what has that name, for files that a library opens by itself.
/// Nothing there is no error, nor is what cannot be looked at: whoever opens it says so. Errors: as
/// open_own_file().
Result<void> check_own_file(const std::filesystem::path& path);

}  // namespace geond::core
