// SPDX-License-Identifier: MIT
#include "tls.hpp"

#include <openssl/err.h>

#include "geond/core/small_file.hpp"

namespace geond::http {

namespace asio = boost::asio;
using boost::system::error_code;
using core::Error;
using core::ErrorKind;

namespace {

Error unusable(std::string detail) {
  return Error(ErrorKind::invalid_argument, "invalid_tls_files", std::move(detail));
}

}  // namespace

core::Result<std::unique_ptr<asio::ssl::context>> load_tls(const TlsFiles& files) {
  // Read here: OpenSSL would wait for a pipe, and a reload would with it.
  const auto chain = core::read_small_file(files.certificate_chain);
  if (!chain) return unusable("TLS: " + chain.error().detail());
  const auto key = core::read_small_file(files.private_key);
  if (!key) return unusable("TLS: " + key.error().detail());
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  const auto refuse = [](const std::string& file, const error_code& error) {
    return unusable("Cannot use " + file + " for TLS: " + error.message() + ".");
  };
  error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1,
                       error);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  // TLS 1.2 with nothing that a stolen key could open later, nor with CBC; 1.3 has no other.
  if (SSL_CTX_set_cipher_list(context->native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return unusable("OpenSSL has none of the ciphers that geond speaks TLS 1.2 with.");
  }
  context->use_certificate_chain(asio::buffer(*chain), error);
  if (error) return refuse(files.certificate_chain, error);
  // Fails, too, if it is the key of another certificate; but of another kind of key it is taken,
  // and then there is no certificate to show for it.
  context->use_private_key(asio::buffer(*key), asio::ssl::context::pem, error);
  if (error) return refuse(files.private_key, error);
  if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
    ERR_clear_error();
    return unusable("Cannot use " + files.private_key +
                    " for TLS: it is not the key of the first certificate in " +
                    files.certificate_chain + ".");
  }
  return context;
}

core::Result<void> check_tls_files(const TlsFiles& files) {
  const auto loaded = load_tls(files);
  if (!loaded) return loaded.error();
  return core::ok();
}

}  // namespace geond::http
