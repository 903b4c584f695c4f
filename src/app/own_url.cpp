// SPDX-License-Identifier: MIT
#include "geond/app/own_url.hpp"

#include <fmt/format.h>

namespace geond::app {

std::string own_url(std::string listen, bool is_secure, std::string_view base_path) {
  if (listen.starts_with("0.0.0.0:")) listen.replace(0, 7, "127.0.0.1");
  if (listen.starts_with("[::]:")) listen.replace(0, 4, "[::1]");
  return fmt::format("{}://{}{}", is_secure ? "https" : "http", listen, base_path);
}

}  // namespace geond::app
