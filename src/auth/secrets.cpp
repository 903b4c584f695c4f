// SPDX-License-Identifier: MIT
#include "secrets.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "geond/core/sha256.hpp"

namespace geond::auth {
namespace {

const unsigned char* octets(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

unsigned char* octets(std::byte* bytes) {
  return reinterpret_cast<unsigned char*>(bytes);
}

}  // namespace

std::string to_base64url(std::span<const std::byte> bytes) {
  std::string text(
      sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), octets(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // the terminating zero
  return text;
}

std::optional<std::vector<std::byte>> from_base64url(std::string_view text) {
  std::vector<std::byte> bytes(text.size() * 3 / 4 + 1);
  std::size_t size = 0;
  if (sodium_base642bin(octets(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return std::nullopt;
  }
  bytes.resize(size);
  // Unused bits of the last character would give one token several spellings.
  if (to_base64url(bytes) != text) return std::nullopt;
  return bytes;
}

SecretHash hash_secret(std::string_view text) {
  return core::sha256(text);
}

SecretHash hmac_sha256(const SigningKey& key, std::span<const std::byte> message) {
  SecretHash mac{};
  unsigned size = 0;
  ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(message.data()),
         message.size(), octets(mac.data()), &size);
  return mac;
}

bool equal_secrets(const SecretHash& left, const SecretHash& right) {
  return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string random_secret(core::RandomSource& random) {
  std::array<std::byte, 32> bytes{};
  random.fill(bytes);
  return to_base64url(bytes);
}

}  // namespace geond::auth
