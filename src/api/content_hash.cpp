// SPDX-License-Identifier: MIT
#include "content_hash.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/sha.h>

#include <array>

namespace geond::api {

std::string content_hash(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + 8, ""));
}

}  // namespace geond::api
