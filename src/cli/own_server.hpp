// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "geond/app/config.hpp"
#include "geond/core/result.hpp"
#include "geond/http/client.hpp"

namespace geond::cli {

/// How a server is asked.
struct AskedServer {
  std::string url;
  http::ServerTrust trust;
};

/// The server of these settings, asked on its own machine. Its certificate names a host of the
/// outside, seldom 127.0.0.1: unless `ca_file` says otherwise, it is known by the certificate
/// itself.
AskedServer own_server(const app::ServeConfig& config, const std::string& ca_file);

/// Whether what was given as --ca-file, if anything was, can be used. Errors: those of
/// http::check_authorities, naming the option.
core::Result<void> check_ca_file(const std::string& ca_file);

}  // namespace geond::cli
