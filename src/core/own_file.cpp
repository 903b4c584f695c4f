// SPDX-License-Identifier: MIT
#include "geond/core/own_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "geond/core/file_owner.hpp"

namespace geond::core {
namespace {

Error foreign(const std::filesystem::path& path, std::string_view what) {
  return Error(
      ErrorKind::internal, "file_unusable",
      fmt::format("{} is {}, and what it leads to may be somebody else's. Move it away, or "
                  "put a copy of the file itself there",
                  path.string(), what));
}

Result<void> check(const std::filesystem::path& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return foreign(path, "a symbolic link");
  if (!S_ISREG(status.st_mode)) return foreign(path, "not a regular file");
  if (status.st_nlink != 1) return foreign(path, "a file with a second name (a hard link)");
  return ok();
}

}  // namespace

Result<FileDescriptor> open_own_file(const std::filesystem::path& path) {
  // What it is, is looked at in what was opened. O_NONBLOCK: it may be a pipe.
  FileDescriptor file(::open(
      path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600));
  const int reason = errno;
  struct stat status{};
  if (file.is_open() && ::fstat(file.get(), &status) == 0) {
    if (const auto checked = check(path, status); !checked) return checked.error();
    give_to_folder_owner(path);
    return file;
  }
  if (const auto checked = check_own_file(path); !checked) return checked.error();
  return Error(ErrorKind::internal, "file_unusable",
               fmt::format("open {}: {}", path.string(), std::generic_category().message(reason)));
}

Result<void> check_own_file(const std::filesystem::path& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return ok();
  return check(path, status);
}

}  // namespace geond::core
