// SPDX-License-Identifier: MIT
#include "geond/storage/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "files.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/own_file.hpp"

namespace geond::storage {
namespace {

using core::Error;
using core::ErrorKind;

Error unusable(const std::filesystem::path& root, std::string_view why) {
  return Error(ErrorKind::internal, "data_directory_unusable",
               fmt::format("The data directory {} cannot be used: {}. Make it writable, or choose "
                           "another one with --data.",
                           root.string(), why));
}

Error unusable(const std::filesystem::path& root, std::string_view what, int error_number) {
  return unusable(root, fmt::format("{}: {}", what, std::system_category().message(error_number)));
}

/// That nothing of what is opened by a fixed name later on, by SQLite above all, leads to another
/// file.
core::Result<void> check_files(const DataLayout& layout) {
  for (const std::filesystem::path& file :
       {layout.database(), layout.write_ahead_log(), layout.log_index(), layout.fault_mark()}) {
    const auto checked = core::check_own_file(file);
    if (!checked) return unusable(layout.root(), checked.error().detail());
  }
  return core::ok();
}

/// The process id in the lock file; empty if there is none.
std::string read_holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
  if (got <= 0) return {};
  const std::string all(text.data(), static_cast<std::size_t>(got));
  return all.substr(0, all.find_first_not_of("0123456789"));
}

Error in_use(const std::filesystem::path& root, const std::string& holder) {
  return Error(
      ErrorKind::conflict, core::codes::kDataDirectoryInUse,
      fmt::format("The data directory {} is in use by another geond{}: stop that one, or "
                  "choose another directory with --data.",
                  root.string(), holder.empty() ? "" : fmt::format(" (process {})", holder)));
}

enum class LockState { taken, held_by_another, impossible };

/// The kernel's lock on an open file or folder; errno says why it is impossible.
LockState take_lock(int descriptor) {
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return LockState::held_by_another;
    if (errno != EINTR) return LockState::impossible;
  }
  return LockState::taken;
}

bool is_missing_or_empty(const std::filesystem::path& file) {
  std::error_code error;
  const bool is_there = std::filesystem::exists(file, error);
  // What cannot be looked at is for whoever opens it to tell.
  if (error) return false;
  return !is_there || (std::filesystem::file_size(file, error) == 0 && !error);
}

/// Whether the log beside a database is another one's. SQLite notes in the file (section 1.3.3 of
/// its format) that there is a log, and does so before it makes one; a backup's copy has that note
/// only once geond was started with it.
bool has_foreign_log(const DataLayout& layout) {
  if (size_of(layout.write_ahead_log()) == 0) return false;
  constexpr std::size_t kReadVersion = 19;
  constexpr char kWithoutLog = 1;
  std::array<char, kReadVersion + 1> header{};
  const core::FileDescriptor file(::open(layout.database().c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return false;
  const ssize_t got = ::pread(file.get(), header.data(), header.size(), 0);
  return got == static_cast<ssize_t>(header.size()) && header[kReadVersion] == kWithoutLog;
}

Error foreign_log(const std::filesystem::path& root) {
  return Error(
      ErrorKind::conflict, "foreign_log",
      fmt::format("The geond.db-wal in {0} belongs to another database than the geond.db beside "
                  "it, as where a backup's geond.db was put over the one in use. Move {0} away and "
                  "put a whole copy of the backup in its place; or, if the pictures in it are "
                  "those of this geond.db, move geond.db-wal and geond.db-shm away.",
                  root.string()));
}

/// Whether any file lies somewhere in a folder.
bool holds_a_file(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  while (!error && entry != std::filesystem::recursive_directory_iterator()) {
    std::error_code unknown;
    if (entry->is_regular_file(unknown)) return true;
    entry.increment(error);
  }
  return false;
}

/// The folders on the way to `path` that are not there, `path` among them.
std::vector<std::filesystem::path> missing_folders(std::filesystem::path path) {
  std::vector<std::filesystem::path> missing;
  std::error_code error;
  for (; path.has_relative_path() && !std::filesystem::exists(path, error);
       path = path.parent_path()) {
    missing.push_back(path);
  }
  return missing;
}

/// Makes the folder and those that lead to it; what is stored in it must not go with its name.
core::Result<void> make_durably(const std::filesystem::path& root) {
  std::error_code error;
  const auto missing = missing_folders(std::filesystem::absolute(root, error));
  if (root.has_parent_path()) std::filesystem::create_directories(root.parent_path(), error);
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return unusable(root, "mkdir", errno);
  for (const std::filesystem::path& made : missing) {
    const std::filesystem::path parent = made.parent_path();
    const core::FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_CLOEXEC));
    // A folder may let names be made that it does not let be read: nothing can be done there.
    if (!folder.is_open() && errno == EACCES) continue;
    if (!folder.is_open()) return unusable(root, "open " + parent.string(), errno);
    if (::fsync(folder.get()) != 0) return unusable(root, "fsync " + parent.string(), errno);
  }
  return core::ok();
}

}  // namespace

core::Result<void> check_database_not_lost(const std::filesystem::path& root) {
  const DataLayout layout(root);
  if (!is_missing_or_empty(layout.database())) {
    if (has_foreign_log(layout)) return foreign_log(root);
    return core::ok();
  }
  std::error_code unknown;
  const bool has_pictures = holds_a_file(layout.blobs());
  if (!has_pictures && !std::filesystem::exists(layout.signing_key(), unknown)) return core::ok();
  return Error(
      ErrorKind::conflict, core::codes::kDatabaseMissing,
      fmt::format("{0} has lost its database: geond.db is missing or empty, but there {1}. "
                  "Move {0} away and put a whole copy of a backup (geond backup) in its place, not "
                  "its geond.db alone; or, to begin anew without what was there, only move it "
                  "away.",
                  root.string(), has_pictures ? "are pictures" : "is a token.key"));
}

core::Result<DataDirectory> DataDirectory::open(const std::filesystem::path& root) {
  if (const auto made = make_durably(root); !made) return made.error();
  const DataLayout layout(root);
  auto lock = core::open_own_file(layout.lock());
  if (!lock) return unusable(root, lock.error().detail());
  const LockState state = take_lock(lock->get());
  if (state == LockState::impossible) return unusable(root, "flock", errno);
  if (state == LockState::held_by_another) return in_use(root, read_holder(lock->get()));
  core::FileDescriptor folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Where folders cannot be locked (NFS), the file's lock has to do.
  if (folder.is_open() && take_lock(folder.get()) == LockState::held_by_another) {
    return in_use(root, "");
  }
  if (const auto checked = check_files(layout); !checked) return checked.error();
  // Only for the message above; the lock itself is the kernel's.
  const std::string holder = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock->get(), 0) == 0) {
    static_cast<void>(!::pwrite(lock->get(), holder.data(), holder.size(), 0));
  }
  return DataDirectory(layout, std::move(folder), std::move(*lock));
}

core::Result<DataDirectory> DataDirectory::open_to_read(const std::filesystem::path& root) {
  core::FileDescriptor folder(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return unusable(root, "open", errno);
  // Without a file nobody has it locked; where it may not be read, or is a link, the folder's lock
  // has to do. It may be a pipe, which would be waited for.
  const DataLayout layout(root);
  core::FileDescriptor lock(
      ::open(layout.lock().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (lock.is_open() && take_lock(lock.get()) == LockState::held_by_another) {
    return in_use(root, read_holder(lock.get()));
  }
  if (take_lock(folder.get()) == LockState::held_by_another) return in_use(root, "");
  return DataDirectory(layout, std::move(folder), std::move(lock));
}

}  // namespace geond::storage
