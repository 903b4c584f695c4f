// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "geond/core/clock.hpp"
#include "geond/core/result.hpp"

namespace geond::http {

/// What of a TLS certificate concerns whoever runs its server.
struct Certificate {
  core::Timestamp not_before;  ///< A time that cannot be read is 1970.
  core::Timestamp not_after;   ///< Likewise.
  std::string fingerprint;     ///< SHA-256 of its DER form, in hexadecimal.
};

/// Whether clients take a certificate.
enum class CertificateState { valid, ends_soon, expired, not_yet_valid };

/// Of a certificate at a time. It ends soon when fewer than 14 days are left, or than a quarter of
/// its life if that is shorter: what is renewed by itself is renewed before.
CertificateState state_at(const Certificate& certificate, core::Timestamp now);

/// The first certificate of a PEM file, which is the server's own in a chain.
/// Errors: invalid_argument `invalid_tls_files`, naming the file.
core::Result<Certificate> read_certificate(const std::filesystem::path& file);

}  // namespace geond::http
