// SPDX-License-Identifier: MIT
#include "addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "geond/http/server.hpp"
#include "tokens.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;

constexpr std::array<std::uint8_t, 12> kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `1.2.3.4:5`, `[::1]:5` or a bare address, as proxies write them.
std::optional<IpAddress> parse_forwarded(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    return parse_ip(text.substr(1, close - 1));
  }
  if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
  return parse_ip(text);
}

/// What each hop has added. A comma is always a border: proxies put theirs behind whatever the
/// client has sent, so a quote that the client leaves open must not swallow what follows. Empty
/// ones drop.
std::vector<std::string_view> split_hops(std::string_view list) {
  std::vector<std::string_view> hops;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view hop = tokens::trim(list.substr(0, comma));
    if (!hop.empty()) hops.push_back(hop);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return hops;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::equal(kV4Prefix.begin(), kV4Prefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes[12] == 127;
  IpAddress one;
  one.bytes[15] = 1;
  return *this == one;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  }
  return text.data();
}

IpAddress IpAddress::counted_as() const {
  IpAddress key = *this;
  if (!is_v4()) std::fill(key.bytes.begin() + 8, key.bytes.end(), std::uint8_t{0});
  return key;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  const std::string terminated(text);
  IpAddress address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  std::copy(kV4Prefix.begin(), kV4Prefix.end(), address.bytes.begin());
  if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) == 1) return address;
  return std::nullopt;
}

bool Network::contains(const IpAddress& other) const {
  for (int bit = 0; bit < bits; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const unsigned mask = 0x80U >> (bit % 8);
    if ((address.bytes[at] & mask) != (other.bytes[at] & mask)) return false;
  }
  return true;
}

core::Result<Network> parse_network(std::string_view text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto address = parse_ip(text.substr(0, slash));
  const auto refuse = [text] {
    return Error(
        ErrorKind::invalid_argument, "invalid_network",
        "\"" + std::string(text) +
            "\" is no address or network; write it like 10.0.0.7, 10.0.0.0/8 or fd00::/8.");
  };
  if (!address) return refuse();
  Network network;
  network.address = *address;
  if (slash == text.size()) return network;
  const auto bits = parse_number<unsigned>(text.substr(slash + 1));
  const unsigned width = address->is_v4() ? 32 : 128;
  if (!bits || *bits > width) return refuse();
  network.bits = static_cast<int>(*bits + (128 - width));
  return network;
}

bool is_trusted(const IpAddress& address, const std::vector<Network>& trusted) {
  return std::any_of(trusted.begin(), trusted.end(),
                     [&address](const Network& network) { return network.contains(address); });
}

ClientIdentity resolve_client(const IpAddress& peer, bool is_tls, const Headers& headers,
                              const std::vector<Network>& trusted) {
  ClientIdentity client{peer.to_string(), is_tls};
  if (!is_trusted(peer, trusted)) return client;
  const std::string proto_list = headers.joined("X-Forwarded-Proto");
  const auto protos = split_hops(proto_list);
  if (!protos.empty()) client.is_secure = equals_ignoring_case(protos.back(), "https");
  const std::string list = headers.joined("X-Forwarded-For");
  const auto hops = split_hops(list);
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = parse_forwarded(*hop);
    client.address = address ? address->to_string() : std::string(kUnknownAddress);
    if (!address || !is_trusted(*address, trusted)) break;
  }
  return client;
}

std::string ListenAddress::to_string() const {
  const std::string shown = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return shown + ':' + std::to_string(port);
}

bool ListenAddress::is_loopback() const {
  const auto address = parse_ip(host);
  return address && address->is_loopback();
}

core::Result<ListenAddress> parse_listen_address(std::string_view text) {
  const auto refuse = [text] {
    return Error(ErrorKind::invalid_argument, "invalid_listen_address",
                 "\"" + std::string(text) +
                     "\" is no address to listen on; write it like 127.0.0.1:8080 or [::1]:8080.");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refuse();
  std::string_view host = text.substr(0, colon);
  const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
  const bool is_bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!port || !parse_ip(host)) return refuse();
  if (is_bracketed != (host.find(':') != std::string_view::npos)) return refuse();
  return ListenAddress{std::string(host), *port};
}

core::Result<void> check_network(std::string_view text) {
  const auto network = parse_network(text);
  if (!network) return network.error();
  return core::ok();
}

core::Result<void> check_base_path(std::string_view text) {
  const auto is_fine = [](char c) {
    return tokens::is_digit(c) || (tokens::lower(c) >= 'a' && tokens::lower(c) <= 'z') ||
           c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
  };
  const bool refused = !text.empty() && (text.front() != '/' || text.back() == '/' ||
                                         text.find("//") != std::string_view::npos ||
                                         text.find("/.") != std::string_view::npos ||
                                         !std::all_of(text.begin(), text.end(), is_fine));
  if (refused) {
    return Error(ErrorKind::invalid_argument, "invalid_base_path",
                 "\"" + std::string(text) +
                     "\" is no base path; write it like /geond, without a slash at its end.");
  }
  return core::ok();
}

}  // namespace geond::http
