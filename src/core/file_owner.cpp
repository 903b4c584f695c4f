// SPDX-License-Identifier: MIT
#include "geond/core/file_owner.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "geond/core/file_descriptor.hpp"

namespace geond::core {

void give_to_folder_owner(const std::filesystem::path& made) {
  if (::geteuid() != 0) return;
  const std::filesystem::path folder = made.has_parent_path() ? made.parent_path() : ".";
  struct stat owner{};
  if (::stat(folder.c_str(), &owner) != 0 || owner.st_uid == 0) return;
  // O_PATH: closing another descriptor of a database would take SQLite's locks on it away.
  const FileDescriptor file(::open(made.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0 || status.st_uid == owner.st_uid) return;
  const bool is_given =
      S_ISDIR(status.st_mode) || (S_ISREG(status.st_mode) && status.st_nlink == 1);
  if (!is_given) return;
  // Where it is refused the file is root's, as it would be without this.
  static_cast<void>(
      !::fchownat(file.get(), "", owner.st_uid, owner.st_gid, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
}

}  // namespace geond::core
