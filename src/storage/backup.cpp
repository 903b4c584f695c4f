// SPDX-License-Identifier: MIT
#include "geond/storage/backup.hpp"

#include <SQLiteCpp/Exception.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "blob_layout.hpp"
#include "blob_references.hpp"
#include "error.hpp"
#include "files.hpp"
#include "geond/storage/connection.hpp"
#include "geond/storage/data_layout.hpp"

namespace geond::storage {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

Error backup_failed(const fs::path& path, std::string_view why) {
  if (why.ends_with('.')) why.remove_suffix(1);
  return Error(ErrorKind::internal, "backup_failed",
               fmt::format("The backup failed at {}: {}.", path.string(), why));
}

Error no_room(const fs::path& destination) {
  return Error(ErrorKind::storage_full, "storage_full",
               fmt::format("There is no room for the copy at {}: make room there, or name a folder "
                           "on another disk. What was written of it is removed.",
                           destination.string()));
}

/// Why there is no copy, in its own words: what failed may be a disk that is none of the server's.
Error failure_of(const Error& error, const fs::path& destination, const std::stop_token& stop) {
  if (error.kind() == ErrorKind::storage_full) return no_room(destination);
  if (stop.stop_requested()) return stopping();
  // What is internal is a `backup_failed` already, which names a place inside.
  return error.kind() == ErrorKind::internal ? error : backup_failed(destination, error.detail());
}

core::Result<void> make_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return core::ok();
  return backup_failed(path, std::system_category().message(errno));
}

/// A hard link costs nothing and is as good as a copy, since a blob never changes in place; to
/// another file system only a copy works.
core::Result<void> link_or_copy(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return core::ok();
  return copy_file_durably(from, to);
}

core::Result<void> copy_blobs(const BlobStore& blobs, const fs::path& target,
                              const std::stop_token& stop, BackupReport& report) {
  if (const auto made = make_folder(target); !made) return made;
  for (int prefix = 0; prefix < kBlobFolders; ++prefix) {
    const auto made = make_folder(target / blob_folder(prefix));
    if (!made) return made;
  }
  core::Result<void> copied = core::ok();
  const auto listed = blobs.for_each([&](const std::string& sha256) {
    if (stop.stop_requested()) {
      copied = stopping();
      return false;
    }
    const fs::path from = blobs.path_of(sha256);
    copied = link_or_copy(from, blob_path(target, sha256));
    ++report.blobs;
    report.bytes += size_of(from);
    return copied.has_value();
  });
  if (!listed) return listed;
  if (!copied) return copied;
  for (int prefix = 0; prefix < kBlobFolders; ++prefix) {
    const auto synced = sync_path(target / blob_folder(prefix));
    if (!synced) return synced;
  }
  return sync_path(target);
}

/// What the copied database refers to and the copied blobs lack. A task that was made after the
/// database had been copied is not in it; one that was removed meanwhile had its blob held.
core::Result<std::vector<std::string>> find_missing(const DataLayout& copy) {
  std::vector<std::string> missing;
  try {
    Connection connection(copy.database().string(), Connection::Mode::read_only);
    for (const std::string& sha256 : read_references(connection)) {
      const fs::path blob = blob_path(copy.blobs(), sha256);
      if (::access(blob.c_str(), F_OK) != 0) missing.push_back(sha256);
    }
  } catch (const SQLite::Exception& exception) {
    return backup_failed(copy.database(), exception.what());
  }
  return missing;
}

/// Whether a path is the folder or lies in it, wherever links lead.
bool is_within(const fs::path& path, const fs::path& folder) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder, error), error);
  return !outer.empty() && std::ranges::mismatch(outer, inner).in1 == outer.end();
}

/// Whether a link leads back to a folder on the way to it.
bool is_loop(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(folder, error))) return false;
  for (fs::path above = folder.parent_path(); above.has_relative_path();
       above = above.parent_path()) {
    if (is_within(above, folder)) return true;
  }
  return false;
}

/// A file, or a folder with what is in it, links followed. What is not there is left out.
core::Result<void> copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (fs::is_regular_file(from, error)) return copy_file_durably(from, to);
  if (!fs::is_directory(from, error) || is_loop(from)) return core::ok();
  if (const auto made = make_folder(to); !made) return made;
  core::Result<void> copied = core::ok();
  const auto listed = for_each_entry(from, [&](const fs::path& entry) {
    copied = copy_tree(entry, to / entry.filename());
    return copied.has_value();
  });
  if (!listed) return backup_failed(from, listed.error().detail());
  if (!copied) return copied;
  return sync_path(to);
}

/// Gives the whole copy its name. Errors: internal `backup_failed`, unavailable `storage_failed`.
core::Result<void> give_name(const fs::path& partial, const fs::path& destination) {
  std::error_code error;
  fs::rename(partial, destination, error);
  if (error) return backup_failed(destination, error.message());
  const auto synced = sync_path(fs::absolute(destination).parent_path());
  // It may be there under either name after a crash: under none it misleads nobody.
  if (!synced) fs::remove_all(destination, error);
  return synced;
}

DataLayout layout_of(const Database& database) {
  return DataLayout(database.file().parent_path());
}

/// Everything under the temporary name.
core::Result<void> write_partial(const Database& database, const BlobStore& blobs,
                                 const DataLayout& partial, const std::stop_token& stop,
                                 BackupReport& report) {
  if (const auto made = make_folder(partial.root()); !made) return made;
  // The database first: what its copy refers to is there already, and stays while it is held.
  const auto copied = database.copy_to(partial.database(), stop);
  if (!copied) return copied;
  report.bytes += size_of(partial.database());
  const auto linked = copy_blobs(blobs, partial.blobs(), stop, report);
  if (!linked) return linked;
  auto missing = find_missing(partial);
  if (!missing) return missing.error();
  report.missing = std::move(*missing);
  const DataLayout data = layout_of(database);
  const std::pair<fs::path, fs::path> others[] = {
      {data.imported_models(), partial.imported_models()},
      {data.signing_key(), partial.signing_key()}};
  for (const auto& [from, to] : others) {
    if (stop.stop_requested()) return stopping();
    if (const auto taken = copy_tree(from, to); !taken) return taken;
  }
  return sync_path(partial.root());
}

/// `copy/` is the folder `copy`, not one without a name in it.
fs::path without_trailing_slash(const fs::path& folder) {
  return folder.has_filename() ? folder : folder.parent_path();
}

/// Whether a folder is what an interrupted backup left: nothing, or a database first of all.
bool is_unfinished_copy(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(folder, error)) &&
         (fs::is_empty(folder, error) || fs::exists(DataLayout(folder).database(), error));
}

/// A copy in a folder that geond fills and clears itself would be taken for part of the data, and
/// in one that is copied, be copied into itself. Errors: invalid_argument `backup_within_data`.
core::Result<void> check_outside_data(const fs::path& destination, const DataLayout& data) {
  for (const fs::path& own : {data.blobs(), data.imported_models(), data.incoming()}) {
    if (!is_within(destination, own)) continue;
    return Error(
        ErrorKind::invalid_argument, "backup_within_data",
        fmt::format("{} lies in {}, which is geond's own: name a folder elsewhere, such as "
                    "{}.",
                    destination.string(), own.string(), (data.root() / "copy").string()));
  }
  return core::ok();
}

/// Errors: conflict `backup_exists`, where somebody else's files have one of the two names;
/// invalid_argument `no_such_folder`, where there is nothing to put the copy into.
core::Result<void> check_free(const fs::path& destination, const fs::path& partial) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(destination, error))) {
    return Error(
        ErrorKind::conflict, "backup_exists",
        fmt::format("{} exists already: name a folder that does not.", destination.string()));
  }
  if (fs::exists(fs::symlink_status(partial, error)) && !is_unfinished_copy(partial)) {
    return Error(ErrorKind::conflict, "backup_exists",
                 fmt::format("{} exists already and is no unfinished copy: name another folder, or "
                             "remove it.",
                             partial.string()));
  }
  const fs::path parent = fs::absolute(destination).parent_path();
  if (fs::status(parent, error).type() == fs::file_type::not_found) {
    return Error(ErrorKind::invalid_argument, "no_such_folder",
                 fmt::format("There is no folder {}: make it first.", parent.string()));
  }
  return core::ok();
}

}  // namespace

core::Result<BackupReport> back_up(const Database& database, BlobStore& blobs,
                                   const fs::path& wanted, const std::stop_token& stop) {
  std::error_code error;
  const fs::path destination = without_trailing_slash(wanted);
  const fs::path partial = destination.string() + ".partial";
  const auto outside = check_outside_data(destination, layout_of(database));
  if (!outside) return outside.error();
  if (const auto free = check_free(destination, partial); !free) return free.error();
  fs::remove_all(partial, error);
  BackupReport report;
  report.destination = destination;
  const BlobStore::RemovalHold hold(blobs);
  auto written = write_partial(database, blobs, DataLayout(partial), stop, report);
  if (written) written = give_name(partial, destination);
  if (!written) {
    fs::remove_all(partial, error);
    return failure_of(written.error(), destination, stop);
  }
  return report;
}

}  // namespace geond::storage
