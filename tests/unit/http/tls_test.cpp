// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "connection_gate.hpp"
#include "geond/http/client.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"
#include "test_server.hpp"

using namespace geond::http;
using namespace geond::http::testing;

namespace {

template <class T, void (*Free)(T*)>
struct Freer {
  void operator()(T* pointer) const { Free(pointer); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509, X509_free>>;
using SslContext = std::unique_ptr<SSL_CTX, Freer<SSL_CTX, SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freer<SSL, SSL_free>>;

Key make_key() {
  return Key(EVP_EC_gen("P-256"));
}

void write_key(const std::string& path, EVP_PKEY* key) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

TlsFiles write_self_signed(const std::filesystem::path& folder, const Key& key = make_key()) {
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const TlsFiles files{(folder / "cert.pem").string(), (folder / "key.pem").string()};
  std::FILE* file = std::fopen(files.certificate_chain.c_str(), "w");
  PEM_write_X509(file, certificate.get());
  std::fclose(file);
  write_key(files.private_key, key.get());
  return files;
}

/// A TLS client over a raw one.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port)
      : TlsClient(port, SslContext(SSL_CTX_new(TLS_client_method()))) {}
  TlsClient(std::uint16_t port, SslContext context)
      : raw_(port), context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    SSL_set_fd(ssl_.get(), raw_.descriptor());
    connected_ = SSL_connect(ssl_.get()) == 1;
  }
  bool is_connected() const { return connected_; }
  void send(std::string_view text) {
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
  }
  /// Reads until `end` has come or the stream ends.
  std::string read_until(std::string_view end) {
    std::string text;
    char buffer[16 * 1024];
    while (text.find(end) == std::string::npos) {
      const int count = SSL_read(ssl_.get(), buffer, sizeof(buffer));
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }
  /// The server's public key, as the handshake showed it.
  std::string public_key() const {
    const Certificate certificate(SSL_get1_peer_certificate(ssl_.get()));
    REQUIRE(certificate != nullptr);
    unsigned char* encoded = nullptr;
    const int size = i2d_PUBKEY(X509_get0_pubkey(certificate.get()), &encoded);
    std::string key(reinterpret_cast<char*>(encoded), static_cast<std::size_t>(size));
    OPENSSL_free(encoded);
    return key;
  }
  bool is_closed_cleanly() {
    char byte = 0;
    const int count = SSL_read(ssl_.get(), &byte, 1);
    return SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
  }

 private:
  RawClient raw_;
  SslContext context_;
  Ssl ssl_;
  bool connected_ = false;
};

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("TLS serves requests, streams and large bodies, and closes cleanly") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const TestServer server(config);
  TlsClient client(server.port());
  REQUIRE(client.is_connected());
  client.send(kHello + kHello);
  CHECK(client.read_until("hello").ends_with("hello"));
  CHECK(client.read_until("hello").ends_with("hello"));
  client.send("GET /who HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_until(" /who ").find("127.0.0.1 https /who") != std::string::npos);
  const std::string body(1'000'000, 'x');
  client.send("POST /size HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + body);
  CHECK(client.read_until("1000000").ends_with("1000000"));
  client.send("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.read_until("\r\n0\r\n\r\n").find("piece 9") != std::string::npos);
  CHECK(client.is_closed_cleanly());
}

TEST_CASE("TLS 1.2 is spoken with forward secrecy and authenticated encryption only") {
  const geond::support::TemporaryDirectory folder;
  for (const bool is_rsa : {true, false}) {
    ServerConfig config = TestServer::quick_config();
    config.tls = write_self_signed(folder.path(), is_rsa ? Key(EVP_RSA_gen(2048)) : make_key());
    const TestServer server(config);
    const auto is_spoken = [&server](const char* ciphers) {
      SslContext context(SSL_CTX_new(TLS_client_method()));
      SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
      REQUIRE(SSL_CTX_set_cipher_list(context.get(), ciphers) == 1);
      return TlsClient(server.port(), std::move(context)).is_connected();
    };
    CAPTURE(is_rsa);
    CHECK(is_spoken("ECDHE+AESGCM"));
    CHECK(is_spoken("ECDHE+CHACHA20"));
    CHECK_FALSE(is_spoken("AES128-SHA"));
    CHECK_FALSE(is_spoken("AES128-GCM-SHA256"));
    CHECK_FALSE(is_spoken("ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA"));
    CHECK_FALSE(is_spoken("ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA384"));
  }
}

TEST_CASE("a TLS client that refuses to shake hands is dropped after the header time") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const TestServer server(config);
  RawClient silent = server.connect();
  RawClient plain = server.connect();
  plain.send(kHello);
  CHECK(silent.is_closed(std::chrono::milliseconds(2000)));
  CHECK(TlsClient(server.port()).is_connected());
}

TEST_CASE("renewed TLS files are for new connections; those that are open go on") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const TestServer server(config);
  TlsClient before(server.port());
  REQUIRE(before.is_connected());

  const TlsFiles renewed = write_self_signed(folder.path());
  REQUIRE(server.server().renew_tls(renewed));
  TlsClient after(server.port());
  REQUIRE(after.is_connected());
  CHECK(after.public_key() != before.public_key());
  before.send(kHello);
  CHECK(before.read_until("hello").ends_with("hello"));

  const auto failed = server.server().renew_tls({"/nowhere", renewed.private_key});
  REQUIRE(failed.has_error());
  CHECK(failed.error().code() == "invalid_tls_files");
  CHECK(TlsClient(server.port()).public_key() == after.public_key());
  CHECK(TestServer().server().renew_tls(renewed).has_error());
}

TEST_CASE("a client takes any certificate only where it may, and tells which it was shown") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const TestServer server(config);
  const auto url = parse_server_url("https://127.0.0.1:" + std::to_string(server.port()));
  REQUIRE(url);
  const ClientRequest hello{Method::get, "/hello", {}, {}};
  Client trusting(*url, std::chrono::seconds(3), {.authorities = "", .takes_any = true});
  CHECK_FALSE(trusting.certificate().has_value());
  const auto answer = trusting.send(hello);
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  REQUIRE(trusting.certificate().has_value());
  const std::string certificate = config.tls->certificate_chain;
  CHECK(trusting.certificate()->fingerprint == read_certificate(certificate)->fingerprint);

  for (const ServerTrust& trust : {ServerTrust{}, ServerTrust{.authorities = certificate}}) {
    const auto refused = Client(*url, std::chrono::seconds(3), trust).send(hello);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code() == "connection_failed");
  }
}

TEST_CASE("a certificate ends soon when it should have been renewed, whatever its life") {
  using std::chrono::days;
  const geond::core::Timestamp begin{days(20'000)};
  const auto state = [begin](days life, geond::core::Timestamp::duration age) {
    return state_at({begin, begin + life, ""}, begin + age);
  };
  CHECK(state(days(365), days(-1)) == CertificateState::not_yet_valid);
  CHECK(state(days(365), days(0)) == CertificateState::valid);
  CHECK(state(days(365), days(350)) == CertificateState::valid);
  CHECK(state(days(365), days(352)) == CertificateState::ends_soon);
  CHECK(state(days(365), days(365)) == CertificateState::ends_soon);
  CHECK(state(days(365), days(365) + std::chrono::seconds(1)) == CertificateState::expired);
  CHECK(state(days(6), days(4)) == CertificateState::valid);
  CHECK(state(days(6), days(5)) == CertificateState::ends_soon);
}

TEST_CASE("a certificate is read from its file as the server shows it") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const auto read = read_certificate(config.tls->certificate_chain);
  REQUIRE(read);
  CHECK(read->not_after - read->not_before == std::chrono::hours(1));
  const TestServer server(config);
  const auto shown = server.server().certificate();
  REQUIRE(shown.has_value());
  CHECK(shown->fingerprint == read->fingerprint);
  CHECK(shown->not_after == read->not_after);
  write_self_signed(folder.path());
  CHECK(read_certificate(config.tls->certificate_chain)->fingerprint != read->fingerprint);
  CHECK_FALSE(TestServer().server().certificate().has_value());
  for (const std::string& bad : {config.tls->private_key, std::string("/nowhere")}) {
    const auto refused = read_certificate(bad);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code() == "invalid_tls_files");
    CHECK(refused.error().detail().find(bad) != std::string::npos);
  }
}

// OpenSSL takes such a pair, and has no certificate to show: the server died of it.
TEST_CASE("a key of another kind than the certificate's is refused, at the start and later") {
  const geond::support::TemporaryDirectory folder;
  ServerConfig config = TestServer::quick_config();
  config.tls = write_self_signed(folder.path());
  const TestServer server(config);
  const std::string used = server.server().certificate()->fingerprint;
  const std::string rsa = (folder.path() / "rsa.pem").string();
  write_key(rsa, Key(EVP_RSA_gen(2048)).get());
  const TlsFiles mixed{config.tls->certificate_chain, rsa};
  CHECK(check_tls_files(*config.tls));
  CHECK(check_tls_files(mixed).error().detail().find(rsa) != std::string::npos);
  const auto renewed = server.server().renew_tls(mixed);
  REQUIRE(renewed.has_error());
  CHECK(renewed.error().code() == "invalid_tls_files");
  CHECK(server.server().certificate()->fingerprint == used);
  CHECK(TlsClient(server.port()).is_connected());
  config.tls = mixed;
  const geond::core::SystemClock clock;
  geond::core::SystemRandom random;
  CHECK(Server::create(config, TestServer::make_router(), clock, random, {}).has_error());
}

TEST_CASE("TLS files that do not fit are refused with their name") {
  const geond::support::TemporaryDirectory folder;
  const TlsFiles files = write_self_signed(folder.path());
  const std::string other = (folder.path() / "other.pem").string();
  write_key(other, make_key().get());
  const geond::core::SystemClock clock;
  geond::core::SystemRandom random;
  for (const TlsFiles& bad :
       {TlsFiles{files.certificate_chain, other}, TlsFiles{"/nowhere", files.private_key},
        TlsFiles{files.certificate_chain, files.certificate_chain}}) {
    ServerConfig config = TestServer::quick_config();
    config.tls = bad;
    const auto server = Server::create(config, TestServer::make_router(), clock, random, {});
    REQUIRE(server.has_error());
    CHECK(server.error().code() == "invalid_tls_files");
  }
}

TEST_CASE("a port that is taken, a bad descriptor and bad settings are refused at the start") {
  const TestServer running;
  const geond::core::SystemClock clock;
  geond::core::SystemRandom random;
  const auto code_of = [&](const ServerConfig& config) -> std::string {
    const auto server = Server::create(config, TestServer::make_router(), clock, random, {});
    return server.has_error() ? server.error().code() : "";
  };
  ServerConfig config = TestServer::quick_config();
  config.listen = {{"127.0.0.1", running.port()}};
  CHECK(code_of(config) == "address_in_use");
  config.listen = {};
  CHECK(code_of(config) == "invalid_listen_address");
  config.listening_descriptors = {0};
  CHECK(code_of(config) == "invalid_listen_address");
  config = TestServer::quick_config();
  config.base_path = "x";
  CHECK(code_of(config) == "invalid_base_path");
  config = TestServer::quick_config();
  config.trusted_proxies = {"x"};
  CHECK(code_of(config) == "invalid_network");
}

TEST_CASE("a socket that listens already is taken over") {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(::listen(descriptor, 16) == 0);
  ServerConfig config = TestServer::quick_config();
  config.listen = {};
  config.listening_descriptors = {descriptor};
  const TestServer server(config);
  CHECK(server.ask(kHello).body == "hello");
}

TEST_CASE("one address takes no more than its share of the connections") {
  const std::vector<Network> trusted{*parse_network("10.0.0.1")};
  ConnectionGate gate(8, 2, trusted);
  const IpAddress stranger = *parse_ip("203.0.113.7");
  CHECK(gate.enter(stranger));
  CHECK(gate.enter(stranger));
  CHECK(!gate.enter(stranger));
  CHECK(gate.enter(*parse_ip("203.0.113.8")));
  CHECK(gate.enter(*parse_ip("2001:db8::1")));
  CHECK(gate.enter(*parse_ip("2001:db8::2")));
  CHECK(!gate.enter(*parse_ip("2001:db8::3")));
  gate.leave(stranger);
  CHECK(gate.enter(stranger));
  for (const char* exempt : {"127.0.0.1", "127.0.0.1", "10.0.0.1"})
    CHECK(gate.enter(*parse_ip(exempt)));
  CHECK(!gate.enter(*parse_ip("127.0.0.1")));
}
