// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/http/request.hpp"

namespace geond::http {

/// An IPv4 (as `::ffff:a.b.c.d`) or IPv6 address.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  bool is_v4() const;
  bool is_loopback() const;
  std::string to_string() const;
  /// What connections are counted by: the address, or of IPv6 its /64 (one host has all of it).
  IpAddress counted_as() const;

  auto operator<=>(const IpAddress&) const = default;
};

/// Without port or brackets; an IPv6 zone is refused.
std::optional<IpAddress> parse_ip(std::string_view text);

/// An address with the number of leading bits that count.
struct Network {
  IpAddress address;
  int bits = 128;  ///< Of the 128-bit form.

  bool contains(const IpAddress& other) const;
};

/// Errors: invalid_argument `invalid_network`.
core::Result<Network> parse_network(std::string_view text);

/// Who the client is, as far as proxies that are trusted say it.
struct ClientIdentity {
  std::string address;
  bool is_secure = false;
};

/// What a client is called whose trusted proxy names no address: nothing that is the proxy's own.
inline constexpr std::string_view kUnknownAddress = "unknown";

/// `peer` is the connection's other end. X-Forwarded-For is read from its end as long as the
/// address that added an element is trusted, so nothing that a client made up is believed. An
/// element that is no address makes the client kUnknownAddress.
ClientIdentity resolve_client(const IpAddress& peer, bool is_tls, const Headers& headers,
                              const std::vector<Network>& trusted);

bool is_trusted(const IpAddress& address, const std::vector<Network>& trusted);

}  // namespace geond::http
