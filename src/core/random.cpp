// SPDX-License-Identifier: MIT
#include "geond/core/random.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "geond/core/sha256.hpp"

namespace geond::core {

void SystemRandom::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::system_category(), "getrandom");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

std::string random_hex(RandomSource& source, std::size_t byte_count) {
  std::vector<std::byte> bytes(byte_count);
  source.fill(bytes);
  return to_hex(bytes);
}

}  // namespace geond::core
