// SPDX-License-Identifier: MIT
#pragma once

#include <SQLiteCpp/Exception.h>

#include <filesystem>
#include <string_view>

#include "geond/core/error.hpp"
#include "geond/core/stopping.hpp"
#include "geond/storage/connection.hpp"

namespace geond::storage {

/// What an exception of SQLite means to a caller; see Database for the codes.
core::Error from_sqlite(const SQLite::Exception& exception);

/// The same of one that could not be opened or migrated, for whoever starts geond: names the file
/// and what to do about it.
core::Error cannot_open(const std::filesystem::path& file, const SQLite::Exception& exception);

/// What the failed system call that set `error_number` means; `what` names the operation. No room:
/// storage_full `storage_full`; anything else: unavailable `storage_failed`.
core::Error from_errno(std::string_view what, int error_number);

/// What a failed open() means. Neither a descriptor nor the memory for one: unavailable
/// `too_many_files`, which passes and says nothing of the disk; else as from_errno().
core::Error from_open_errno(std::string_view what, int error_number);

core::Error storage_full();
core::Error storage_failed();
core::Error database_corrupt();
/// `database_moved`: the file that was opened does not bear its name any more.
core::Error database_moved();
/// `database_unreachable`: for the moment nobody can tell whether it does.
core::Error database_unreachable();
core::Error database_busy();
using core::stopping;

/// Whether SQLite says that the disk failed: what was written since may not be believed.
bool is_disk_fault(const SQLite::Exception& exception);

/// Whether SQLite says that the file is damaged.
bool is_corruption(const SQLite::Exception& exception);

/// Whether SQLite says that another program has held the file for longer than it waits.
bool is_busy(const SQLite::Exception& exception);

/// Whether a statement on `connection` threw because there is no room. SQLite itself knows only
/// ENOSPC as "full"; a quota or a limit on file sizes is the same to us.
bool is_out_of_room(const SQLite::Exception& exception, const Connection& connection);

/// Whether an errno of open() means that no file at all can be opened for the moment.
bool is_out_of_descriptors(int error_number);

/// Whether an errno means that a file is not there. Any other (of a failing disk, of a folder that
/// may not be entered) says nothing of that.
bool is_missing(int error_number);

/// Whether an errno means that there is no room.
bool is_no_room(int error_number);

}  // namespace geond::storage
