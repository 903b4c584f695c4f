// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace geond::app {

/// Where a server that listens at `listen` (`0.0.0.0:8080`) is asked on its own machine: at
/// loopback where it listens at every address.
std::string own_url(std::string listen, bool is_secure, std::string_view base_path);

}  // namespace geond::app
