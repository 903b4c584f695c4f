// SPDX-License-Identifier: MIT
#include "tls.hpp"

namespace geond::http {

namespace asio = boost::asio;
using boost::system::error_code;
using core::Error;
using core::ErrorKind;

core::Result<std::unique_ptr<asio::ssl::context>> load_tls(const TlsFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  const auto refuse = [](const std::string& file, const error_code& error) {
    return Error(ErrorKind::invalid_argument, "invalid_tls_files",
                 "Cannot use " + file + " for TLS: " + error.message() + ".");
  };
  error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1,
                       error);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  context->use_certificate_chain_file(files.certificate_chain, error);
  if (error) return refuse(files.certificate_chain, error);
  // Fails, too, if the key is not the certificate's.
  context->use_private_key_file(files.private_key, asio::ssl::context::pem, error);
  if (error) return refuse(files.private_key, error);
  return context;
}

}  // namespace geond::http
