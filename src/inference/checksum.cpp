// SPDX-License-Identifier: MIT
#include "checksum.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace geond::inference {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 is not available");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(std::size_t{length} * 2);
  for (unsigned int index = 0; index < length; ++index) {
    text += kDigits[digest[index] >> 4U];
    text += kDigits[digest[index] & 15U];
  }
  return text;
}

}  // namespace geond::inference
