// SPDX-License-Identifier: MIT
#include "own_server.hpp"

#include "geond/app/own_url.hpp"

namespace geond::cli {

AskedServer own_server(const app::ServeConfig& config, const std::string& ca_file) {
  const std::string certificate = config.tls_certificate.string();
  return {app::own_url(config.listen.to_string(), !certificate.empty(), config.base_path),
          {ca_file, ca_file.empty() ? certificate : ""}};
}

core::Result<void> check_ca_file(const std::string& ca_file) {
  if (ca_file.empty()) return core::ok();
  const auto usable = http::check_authorities(ca_file);
  if (usable) return core::ok();
  return core::Error(usable.error().kind(), usable.error().code(),
                     "--ca-file: " + usable.error().detail());
}

}  // namespace geond::cli
