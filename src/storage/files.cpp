// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "error.hpp"
#include "geond/core/file_descriptor.hpp"

namespace geond::storage {

core::Result<void> sync_path(const std::filesystem::path& path) {
  const core::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return from_open_errno("open " + path.string(), errno);
  if (::fsync(file.get()) != 0) return from_errno("fsync " + path.string(), errno);
  return core::ok();
}

core::Result<void> write_all(int descriptor, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return from_errno("write", errno);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return core::ok();
}

core::Result<void> copy_file_durably(const std::filesystem::path& from,
                                     const std::filesystem::path& to) {
  const core::FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) return from_open_errno("open " + from.string(), errno);
  const core::FileDescriptor target(
      ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!target.is_open()) return from_open_errno("open " + to.string(), errno);
  std::vector<std::byte> buffer(256 * 1024);
  while (true) {
    const ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return from_errno("read " + from.string(), errno);
    if (got == 0) break;
    const std::span<const std::byte> bytes(buffer.data(), static_cast<std::size_t>(got));
    if (const auto written = write_all(target.get(), bytes); !written) return written;
  }
  if (::fsync(target.get()) != 0) return from_errno("fsync " + to.string(), errno);
  return core::ok();
}

core::Result<void> for_each_entry(const std::filesystem::path& folder,
                                  const std::function<bool(const std::filesystem::path&)>& visit) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  const std::filesystem::directory_iterator end;
  for (; !error && entry != end; entry.increment(error)) {
    if (!visit(entry->path())) return core::ok();
  }
  if (error) return from_errno("list " + folder.filename().string(), error.value());
  return core::ok();
}

std::int64_t size_of(const std::filesystem::path& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_size) : 0;
}

}  // namespace geond::storage
