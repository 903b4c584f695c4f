// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/auth/repository.hpp"
#include "geond/core/random.hpp"
#include "signing_key.hpp"

namespace geond::auth {

/// Bytes as base64url without padding (RFC 4648, section 5).
std::string to_base64url(std::span<const std::byte> bytes);

/// The reverse; nothing if `text` is not canonical base64url without padding.
std::optional<std::vector<std::byte>> from_base64url(std::string_view text);

/// SHA-256 of `text`.
SecretHash hash_secret(std::string_view text);

/// HMAC-SHA256 (RFC 2104).
SecretHash hmac_sha256(const SigningKey& key, std::span<const std::byte> message);

/// Compares in a time that does not depend on the content.
bool equal_secrets(const SecretHash& left, const SecretHash& right);

/// 32 random bytes as 43 characters of base64url.
std::string random_secret(core::RandomSource& random);

}  // namespace geond::auth
