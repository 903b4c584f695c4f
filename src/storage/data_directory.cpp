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

namespace geond::storage {
namespace {

using core::Error;
using core::ErrorKind;

Error unusable(const std::filesystem::path& root, std::string_view what, int error_number) {
  return Error(ErrorKind::internal, "data_directory_unusable",
               fmt::format("The data directory {} cannot be used: {}: {}. Make it writable, or "
                           "choose another one with --data.",
                           root.string(), what, std::system_category().message(error_number)));
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
      ErrorKind::conflict, "data_directory_in_use",
      fmt::format("The data directory {} is in use by another geond{}: stop that one, or "
                  "choose another directory with --data.",
                  root.string(), holder.empty() ? "" : fmt::format(" (process {})", holder)));
}

}  // namespace

core::Result<DataDirectory> DataDirectory::open(const std::filesystem::path& root) {
  std::error_code error;
  if (root.has_parent_path()) std::filesystem::create_directories(root.parent_path(), error);
  if (::mkdir(root.c_str(), 0700) != 0 && errno != EEXIST) return unusable(root, "mkdir", errno);
  const std::filesystem::path path = root / "geond.lock";
  FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.is_open()) return unusable(root, "open " + path.string(), errno);
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return in_use(root, read_holder(lock.get()));
    if (errno != EINTR) return unusable(root, "flock", errno);
  }
  // Only for the message above; the lock itself is the kernel's.
  const std::string holder = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.get(), 0) == 0) {
    static_cast<void>(!::pwrite(lock.get(), holder.data(), holder.size(), 0));
  }
  return DataDirectory(root, std::move(lock));
}

}  // namespace geond::storage
