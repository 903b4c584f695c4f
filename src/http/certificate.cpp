// SPDX-License-Identifier: MIT
#include "geond/http/certificate.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <span>

#include "geond/core/sha256.hpp"
#include "geond/core/small_file.hpp"
#include "x509.hpp"

namespace geond::http {
namespace {

constexpr std::chrono::days kSoon{14};
/// Of its life, what is left of a certificate that should have been renewed: clients of ACME renew
/// with a third left.
constexpr int kLateQuarter = 4;

core::Timestamp to_timestamp(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return core::Timestamp(std::chrono::seconds(::timegm(&parts)));
}

core::Error unusable(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_tls_files", std::move(detail));
}

}  // namespace

Certificate describe(const X509& certificate) {
  std::array<std::byte, 32> digest{};
  unsigned size = digest.size();
  X509_digest(&certificate, EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  return {to_timestamp(X509_get0_notBefore(&certificate)),
          to_timestamp(X509_get0_notAfter(&certificate)), core::to_hex(digest)};
}

CertificateState state_at(const Certificate& certificate, core::Timestamp now) {
  if (now > certificate.not_after) return CertificateState::expired;
  if (now < certificate.not_before) return CertificateState::not_yet_valid;
  const auto late = (certificate.not_after - certificate.not_before) / kLateQuarter;
  const bool is_soon =
      certificate.not_after - now < std::min<core::Timestamp::duration>(late, kSoon);
  return is_soon ? CertificateState::ends_soon : CertificateState::valid;
}

core::Result<Certificate> read_certificate(const std::filesystem::path& file) {
  const auto text = core::read_small_file(file);
  if (!text) return unusable("TLS: " + text.error().detail());
  const std::unique_ptr<BIO, decltype([](BIO* open) { BIO_free(open); })> source(
      BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  const std::unique_ptr<X509, decltype([](X509* made) { X509_free(made); })> certificate(
      source ? PEM_read_bio_X509_AUX(source.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!certificate) {
    ERR_clear_error();
    return unusable(
        fmt::format("Cannot use {} for TLS: it has no certificate in PEM form.", file.string()));
  }
  return describe(*certificate);
}

}  // namespace geond::http
