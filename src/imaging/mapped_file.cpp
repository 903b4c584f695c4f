// SPDX-License-Identifier: MIT
#include "geond/imaging/mapped_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace geond::imaging {
namespace {

core::Error unreadable(std::string_view why) {
  return core::Error(core::ErrorKind::invalid_argument, "file_unreadable",
                     fmt::format("The file cannot be read: {}.", why));
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

}  // namespace

core::Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    return core::Error(core::ErrorKind::not_found, "file_not_found",
                       fmt::format("There is no file {}.", path.string()));
  }
  if (descriptor < 0) return unreadable(reason(errno));
  core::Result<MappedFile> mapped = map(descriptor);
  ::close(descriptor);
  return mapped;
}

core::Result<MappedFile> MappedFile::map(int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return unreadable(reason(errno));
  if (!S_ISREG(status.st_mode)) return unreadable("it is not a regular file");
  if (status.st_size == 0) return MappedFile({});
  const auto size = static_cast<std::size_t>(status.st_size);
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address == MAP_FAILED) return unreadable(reason(errno));
  ::madvise(address, size, MADV_SEQUENTIAL);
  return MappedFile({static_cast<const std::byte*>(address), size});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace geond::imaging
