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
  std::string certificate_file;  ///< The certificate that it should show; may be empty.
};

/// The server of these settings, asked on its own machine. Its certificate names a host of the
/// outside, seldom 127.0.0.1, and a renewed one lies in its file before the server shows it: unless
/// `ca_file` says otherwise, whatever listens there is asked, as without TLS. Nothing secret may be
/// told to it; see certificate_difference().
AskedServer own_server(const app::ServeConfig& config, const std::string& ca_file);

/// That the server showed `client` another certificate than it should, and what to do; empty if it
/// did not, or should show none in particular.
std::string certificate_difference(const AskedServer& asked, const http::Client& client);

/// Whether what was given as --ca-file, if anything was, can be used. Errors: those of
/// http::check_authorities, naming the option.
core::Result<void> check_ca_file(const std::string& ca_file);

}  // namespace geond::cli
