// SPDX-License-Identifier: MIT
#include "own_server.hpp"

#include <fmt/format.h>

#include "geond/app/own_url.hpp"

namespace geond::cli {

AskedServer own_server(const app::ServeConfig& config, const std::string& ca_file) {
  const std::string certificate = config.tls_certificate.string();
  const bool is_own = !certificate.empty() && ca_file.empty();
  return {app::own_url(config.listen.to_string(), !certificate.empty(), config.base_path),
          {.authorities = ca_file, .takes_any = is_own},
          is_own ? certificate : ""};
}

std::string certificate_difference(const AskedServer& asked, const http::Client& client) {
  if (asked.certificate_file.empty() || !client.certificate()) return "";
  const auto expected = http::read_certificate(asked.certificate_file);
  if (!expected) return expected.error().detail();
  if (expected->fingerprint == client.certificate()->fingerprint) return "";
  return fmt::format(
      "The server at {} shows another certificate than the one in {}: reload it (SIGHUP, systemctl "
      "reload geond) if that was renewed.",
      asked.url, asked.certificate_file);
}

core::Result<void> check_ca_file(const std::string& ca_file) {
  if (ca_file.empty()) return core::ok();
  const auto usable = http::check_authorities(ca_file);
  if (usable) return core::ok();
  return core::Error(usable.error().kind(), usable.error().code(),
                     "--ca-file: " + usable.error().detail());
}

}  // namespace geond::cli
