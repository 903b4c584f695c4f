// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace geond::core {

using Sha256Digest = std::array<std::byte, 32>;

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece. Throws std::runtime_error where OpenSSL
/// offers none.
class Sha256 {
 public:
  Sha256();
  /// A copy goes on from where the other has come to.
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256&) = delete;
  Sha256(Sha256&&) noexcept = default;
  Sha256& operator=(Sha256&&) noexcept = default;
  ~Sha256() = default;
  void update(std::span<const std::byte> bytes);
  /// Ends the hashing: nothing can be added after it.
  Sha256Digest finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// SHA-256 of all of `bytes`. Throws as Sha256 does.
Sha256Digest sha256(std::span<const std::byte> bytes);
Sha256Digest sha256(std::string_view bytes);

/// Two lower-case hexadecimal digits a byte.
std::string to_hex(std::span<const std::byte> bytes);

/// Whether `text` is a SHA-256 as to_hex() writes it: 64 digits of lower-case hexadecimal.
bool is_sha256(std::string_view text);

}  // namespace geond::core
