// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>

#include "geond/core/result.hpp"
#include "geond/http/server.hpp"

namespace geond::http {

/// TLS 1.2 and newer with the files' certificate and key.
/// Errors: invalid_argument `invalid_tls_files`.
core::Result<std::unique_ptr<boost::asio::ssl::context>> load_tls(const TlsFiles& files);

}  // namespace geond::http
