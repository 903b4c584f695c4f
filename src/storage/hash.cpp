// SPDX-License-Identifier: MIT
#include "hash.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <vector>

#include "error.hpp"
#include "geond/core/sha256.hpp"

namespace geond::storage {

core::Result<std::string> hash_file(int descriptor) {
  core::Sha256 hash;
  std::vector<std::byte> buffer(256 * 1024);
  while (true) {
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return from_errno("read", errno);
    if (got == 0) return core::to_hex(hash.finish());
    hash.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

}  // namespace geond::storage
