// SPDX-License-Identifier: MIT
#include "geond/core/small_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "geond/core/file_descriptor.hpp"

namespace geond::core {
namespace {

Error unreadable(const std::filesystem::path& path, std::string_view why) {
  return Error(ErrorKind::invalid_argument, "file_unreadable",
               fmt::format("Cannot read {}: {}.", path.string(), why));
}

Result<std::string> read_open(int descriptor, const std::filesystem::path& path,
                              std::size_t limit) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) {
    return unreadable(path, std::generic_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) return unreadable(path, "it is not a regular file");
  std::string content;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable(path, std::generic_category().message(errno));
    if (got == 0) return content;
    content.append(piece.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return unreadable(path, fmt::format("it is larger than {} bytes", limit));
    }
  }
}

}  // namespace

Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t limit) {
  // Opening a pipe that nobody writes to would wait.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open()) return unreadable(path, std::generic_category().message(errno));
  return read_open(file.get(), path, limit);
}

bool is_open_to_others(const std::filesystem::path& path) {
  std::error_code unknown;
  const std::filesystem::file_status status = std::filesystem::status(path, unknown);
  if (unknown || status.type() == std::filesystem::file_type::not_found) return false;
  return (status.permissions() & std::filesystem::perms::others_all) !=
         std::filesystem::perms::none;
}

std::string_view first_line(std::string_view text) {
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace geond::core
