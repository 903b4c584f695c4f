// SPDX-License-Identifier: MIT
#include "access_token.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

#include "rules.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::byte kVersion{1};
constexpr std::size_t kPayloadSize = 1 + 3 * 8;
constexpr std::size_t kTokenSize = kPayloadSize + 32;
constexpr std::size_t kTextSize = kTokenSize / 3 * 4;
static_assert(kTokenSize % 3 == 0, "no padding: a token has one spelling");

/// Keeps a MAC made for another purpose from passing as a token's.
constexpr std::string_view kPurpose = "geond access token";

void put(std::span<std::byte, 8> out, std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value);
  for (std::size_t at = 8; at-- > 0; bits >>= 8) out[at] = static_cast<std::byte>(bits & 0xff);
}

std::int64_t take(std::span<const std::byte, 8> in) {
  std::uint64_t bits = 0;
  for (const std::byte byte : in) bits = bits << 8 | std::to_integer<std::uint64_t>(byte);
  return static_cast<std::int64_t>(bits);
}

SecretHash sign(const SigningKey& key, std::span<const std::byte, kPayloadSize> payload) {
  std::array<std::byte, kPurpose.size() + kPayloadSize> message{};
  std::ranges::transform(kPurpose, message.begin(), [](char c) { return std::byte(c); });
  std::ranges::copy(payload, message.begin() + kPurpose.size());
  return hmac_sha256(key, message);
}

}  // namespace

std::string make_access_token(const SigningKey& key, const AccessClaims& claims) {
  std::array<std::byte, kTokenSize> token{};
  const std::span<std::byte, kTokenSize> bytes(token);
  bytes[0] = kVersion;
  put(bytes.subspan<1, 8>(), claims.user.value);
  put(bytes.subspan<9, 8>(), claims.session.value);
  put(bytes.subspan<17, 8>(),
      std::chrono::floor<std::chrono::seconds>(claims.expires_at).time_since_epoch().count());
  std::ranges::copy(sign(key, bytes.first<kPayloadSize>()), bytes.begin() + kPayloadSize);
  return to_base64url(token);
}

core::Result<AccessClaims> read_access_token(const SigningKey& key, std::string_view token,
                                             core::Timestamp now) {
  if (token.size() != kTextSize) return invalid_token();
  const auto decoded = from_base64url(token);
  if (!decoded || decoded->size() != kTokenSize) return invalid_token();
  const std::span<const std::byte, kTokenSize> bytes(decoded->data(), kTokenSize);
  SecretHash mac{};
  std::ranges::copy(bytes.subspan<kPayloadSize>(), mac.begin());
  if (!equal_secrets(mac, sign(key, bytes.first<kPayloadSize>())) || bytes[0] != kVersion) {
    return invalid_token();
  }
  AccessClaims claims;
  claims.user.value = take(bytes.subspan<1, 8>());
  claims.session.value = take(bytes.subspan<9, 8>());
  claims.expires_at = std::chrono::sys_seconds(std::chrono::seconds(take(bytes.subspan<17, 8>())));
  if (claims.expires_at <= now) {
    return Error(ErrorKind::unauthenticated, "expired_token", "Could not validate credentials");
  }
  return claims;
}

}  // namespace geond::auth
