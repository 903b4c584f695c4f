// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"

struct evp_md_ctx_st;

namespace geond::storage {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  /// Lower-case hexadecimal; ends the hashing.
  std::string finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// Whether `text` is 64 digits of lower-case hexadecimal.
bool is_sha256(std::string_view text);

/// Hashes what is left to read from a file. Errors: from_errno().
core::Result<std::string> hash_file(int descriptor);

}  // namespace geond::storage
