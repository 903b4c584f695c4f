// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/x509.h>

#include "geond/http/certificate.hpp"

namespace geond::http {

/// What the public header tells of a certificate of OpenSSL's.
Certificate describe(const X509& certificate);

}  // namespace geond::http
