// SPDX-License-Identifier: MIT
#include "geond/imaging/file_bytes.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "geond/core/file_descriptor.hpp"
#include "geond/core/out_of_memory.hpp"

namespace geond::imaging {
namespace {

/// As much as an upload may ever have.
constexpr off_t kMostBytes = off_t{1} << 30;

core::Error unreadable(std::string_view why) {
  return core::Error(core::ErrorKind::invalid_argument, "file_unreadable",
                     fmt::format("The file cannot be read: {}.", why));
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

core::Error read_error(int error) {
  if (error != EIO) return unreadable(reason(error));
  return core::Error(core::ErrorKind::unavailable, "storage_failed",
                     "The file cannot be read: the disk fails.");
}

}  // namespace

core::Result<FileBytes> FileBytes::open(const std::filesystem::path& path) {
  // Without waiting: a pipe that nobody writes into would keep the caller for ever.
  const core::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open() && errno == ENOENT) {
    return core::Error(core::ErrorKind::not_found, "file_not_found",
                       fmt::format("There is no file {}.", path.string()));
  }
  if (!file.is_open()) return unreadable(reason(errno));
  return read(file.get());
}

core::Result<FileBytes> FileBytes::read(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return unreadable(reason(errno));
  if (!S_ISREG(status.st_mode)) return unreadable("it is not a regular file");
  if (status.st_size > kMostBytes) return unreadable("it is larger than 1 GiB");
  const auto size = static_cast<std::size_t>(status.st_size);
  std::unique_ptr<std::byte[]> bytes(new (std::nothrow) std::byte[size]);
  if (!bytes) return core::out_of_memory();
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got =
        ::pread(descriptor, bytes.get() + have, size - have, static_cast<off_t>(have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return read_error(errno);
    if (got == 0) break;  // Shortened meanwhile: what is left will be no whole picture.
    have += static_cast<std::size_t>(got);
  }
  return FileBytes(std::move(bytes), have);
}

}  // namespace geond::imaging
