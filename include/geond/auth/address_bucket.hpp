// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace geond::auth {

/// What an address is counted by: an IPv4 address itself, of an IPv6 address its /64 network,
/// since a customer usually holds all of that.
std::string address_bucket(std::string_view address);

}  // namespace geond::auth
