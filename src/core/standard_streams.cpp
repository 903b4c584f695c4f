// SPDX-License-Identifier: MIT
#include "geond/core/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace geond::core {

bool hold_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free: this one, since those below it are open. For reading alone
    // on all three, so that a result that nobody gets is still noticed.
    if (::open("/dev/null", O_RDONLY) != descriptor) return false;
  }
  return true;
}

bool write_if_possible(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace geond::core
