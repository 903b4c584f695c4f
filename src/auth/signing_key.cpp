// SPDX-License-Identifier: MIT
#include "signing_key.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "geond/auth/key_file.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/core/file_owner.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

Error unusable(const std::filesystem::path& path, std::string_view why) {
  return Error(ErrorKind::internal, "key_file_unusable",
               fmt::format("The key file {} cannot be used: {}.", path.string(), why));
}

core::Result<SigningKey> read_key(const std::filesystem::path& path, int descriptor) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return unusable(path, std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return unusable(path, "it is not a regular file");
  if ((status.st_mode & 0777U) != 0600U) {
    return unusable(path, "its mode must be 0600 (chmod 600), so that nobody else reads it");
  }
  SigningKey key{};
  if (status.st_size != static_cast<off_t>(key.size()) ||
      ::read(descriptor, key.data(), key.size()) != static_cast<ssize_t>(key.size())) {
    return unusable(path,
                    "it must hold 32 bytes; remove it to get a new one (signs everybody out)");
  }
  return key;
}

core::Result<std::optional<SigningKey>> read_key_if_there(const std::filesystem::path& path) {
  const core::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() >= 0) {
    const auto key = read_key(path, file.get());
    if (!key) return key.error();
    return std::optional(*key);
  }
  if (errno == ENOENT) return std::optional<SigningKey>();
  if (errno == ELOOP) return unusable(path, "it is a symbolic link; put the file itself there");
  return unusable(path, std::strerror(errno));
}

/// Writes beside the final name first: a crash leaves either no key file or a whole one.
core::Result<SigningKey> create_key(const std::filesystem::path& path, core::RandomSource& random) {
  SigningKey key{};
  random.fill(key);
  const std::filesystem::path draft = path.string() + ".new";
  ::unlink(draft.c_str());
  {
    const core::FileDescriptor file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0 || ::fchmod(file.get(), 0600) != 0 ||
        ::write(file.get(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
        ::fsync(file.get()) != 0) {
      return unusable(path, std::strerror(errno));
    }
  }
  core::give_to_folder_owner(draft);
  if (::rename(draft.c_str(), path.c_str()) != 0) return unusable(path, std::strerror(errno));
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const core::FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) {
    return unusable(path, std::strerror(errno));
  }
  return key;
}

}  // namespace

core::Result<SigningKey> load_or_create_key(const std::filesystem::path& path,
                                            core::RandomSource& random) {
  const auto known = read_key_if_there(path);
  if (!known) return known.error();
  if (*known) return **known;
  return create_key(path, random);
}

core::Result<void> check_key_file(const std::filesystem::path& path) {
  const auto known = read_key_if_there(path);
  if (!known) return known.error();
  return core::ok();
}

}  // namespace geond::auth
